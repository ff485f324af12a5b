/**
 * Changes of a channel's modes, as what somebody has done: "bob made the channel moderated". By the sign and the letter.
 *
 * {value} is what stands behind the letter: a person, a number, a name.
 */

/** @type {Record<string, string>} */
export const MODE_WORDS = {
  "+q": "made {value} founder", "-q": "took the role of founder from {value}",
  "+a": "made {value} a protected operator", "-a": "took the protected role from {value}",
  "+o": "made {value} an operator", "-o": "took the role of operator from {value}",
  "+h": "made {value} a half-operator", "-h": "took the role of half-operator from {value}",
  "+v": "gave {value} voice", "-v": "took voice from {value}",
  "+b": "banned {value}", "-b": "lifted the ban of {value}",
  "+b m:": "muted {value}", "-b m:": "lets {value} write again",
  "+e": "made bans not hold for {value}", "-e": "made bans hold for {value} again",
  "+I": "lets {value} join without an invitation", "-I": "no longer lets {value} join without an invitation",
  "+k": "gave the channel a password", "-k": "took the password of the channel away",
  "+d": "lets people without a role write {value} seconds after joining", "-d": "lets people write as soon as they join",
  "+f": "sends people who cannot join to {value}", "-f": "sends nobody to another channel any more",
  "+j": "limited how many people join at once to {value}", "-j": "took the limit of joins away",
  "+l": "limited the channel to {value} members", "-l": "took the limit of members away",
  "+W": "turned on slow mode: one message in {value} seconds", "-W": "turned off slow mode",
  "+C": "no longer lets programs ask each other here", "-C": "lets programs ask each other here",
  "+E": "allowed roleplay here", "-E": "ended roleplay here",
  "+M": "lets only people with an account write", "-M": "lets guests write again",
  "+R": "lets only people with an account join", "-R": "lets guests join again",
  "+U": "shows what plain members write only to operators", "-U": "shows what plain members write to all again",
  "+i": "lets only invited people join", "-i": "lets everybody join again",
  "+m": "made the channel moderated: only people with a role write", "-m": "lets everybody write again",
  "+n": "lets only members write", "-n": "lets people outside write, too",
  "+s": "hid the channel from people outside", "-s": "shows the channel to people outside again",
  "+t": "lets only operators and half-operators set the topic", "-t": "lets every member set the topic",
  "+u": "shows plain members only to people with a role", "-u": "shows members to all again",
};
