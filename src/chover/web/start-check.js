/**
 * Says so when the page cannot start: the browser is too old, a file did not arrive, or a script has a fault.
 *
 * No module, and nothing that a browser of 2015 does not know: it has to run where the page does not.
 */

(function () {
  var ANOTHER = " Any IRC client can connect to this server, too.";
  var TOO_OLD = {
    title: "This browser is too old for this page",
    words: "Update it, or use Chrome or Edge 123, Firefox 125, Safari 17.5, or a newer one." + ANOTHER,
  };
  var MISSING = {
    title: "The page did not arrive completely",
    words: "The network or the server may be slow or away. The page is loaded again when the network is back, or when you try again.",
  };
  var FAULT = {
    title: "This page has a fault",
    words: "It could not start. Try again; if that does not help, tell the operator of this server what stands below." + ANOTHER,
  };
  var told = false;

  /** What the styles and scripts of the page need: all of it is in these browsers, or none. */
  function modern() {
    try {
      return "noModule" in document.createElement("script") && Boolean(new RegExp("", "v"))
        && CSS.supports("color", "light-dark(red, red)") && CSS.supports("selector(&)") && "withResolvers" in Promise && "popover" in document.documentElement;
    } catch (error) {
      return false;
    }
  }

  /** @param {string} tag @param {string} text @param {HTMLElement} parent */
  function add(tag, text, parent) {
    var element = document.createElement(tag);
    element.textContent = text;
    return parent.appendChild(element);
  }

  /** Instead of everything else. @param {{title: string, words: string}} what @param {string} details */
  function tell(what, details) {
    if (told || document.documentElement.hasAttribute("data-started")) return;
    told = true;
    document.body.textContent = "";
    document.body.className = "failed";
    var card = add("main", "", document.body);
    card.className = "card";
    card.setAttribute("role", "alert");
    add("h1", what.title, card);
    add("p", what.words, card);
    if (details) add("p", details, card).className = "soft";
    var again = add("button", "Try again", card);
    again.className = "primary";
    again.onclick = function () { location.reload(); };
    window.addEventListener("online", function () { location.reload(); });
  }

  /** As soon as the page is read, which is before its modules run. @param {() => void} act */
  function whenRead(act) {
    if (document.readyState !== "loading") act();
    else document.addEventListener("readystatechange", act, { once: true });
  }

  window.addEventListener("error", function (event) {
    var from = event.target;
    var missing = from instanceof HTMLScriptElement || from instanceof HTMLLinkElement && from.rel === "stylesheet";
    if (!missing && from !== window) return;
    var details = missing ? "" : event.message + " (" + event.filename.split("/").pop() + ", line " + event.lineno + ")";
    whenRead(function () { tell(missing ? MISSING : FAULT, details); });
  }, true);
  whenRead(function () { if (!modern()) tell(TOO_OLD, ""); });
}());
