/**
 * The server's answers in words. The object is strict JSON: the terminal client reads this file too (src/chover/client/tables.py).
 *
 * ends: ends of lists, with the numeric of their entries and the sentence for an empty list. sentences: answers that
 * people understand better as sentences. They contain parameters by number; rest is everything from the second on.
 */

/** @type {{ends: Record<string, [string, string]>, sentences: Record<string, string>}} */
export const ANSWERS = {
  "ends": {
    "315": ["352", "Nobody matches {1}"],
    "347": ["346", "{1}: nobody may join without an invitation"],
    "349": ["348", "{1}: nobody is exempt from bans"],
    "368": ["367", "{1}: nobody is banned"]
  },
  "sentences": {
    "221": "Your modes: {1}",
    "301": "{1} is away: {2}",
    "307": "{1} {2}",
    "311": "{1} is {2}@{3}: {5}",
    "312": "{1} is on {2}: {3}",
    "313": "{1} {2}",
    "314": "{1} was {2}@{3}: {5}",
    "317": "{1} has said nothing for {2} seconds",
    "319": "{1} is in {2}",
    "324": "Modes of {1}: {rest}",
    "330": "{1} is logged in as {2}",
    "335": "{1} is a bot",
    "338": "{1} comes from {2}",
    "341": "{1} is invited into {2}",
    "352": "{1}: {5} is {2}@{3} ({6})",
    "346": "{1}: {2} may join without an invitation, by {3}",
    "348": "{1}: {2} is exempt from bans, by {3}",
    "367": "{1}: {2} is banned, by {3}",
    "378": "{1} {2}",
    "379": "{1} {2}",
    "381": "{1}",
    "671": "{1} {2}",
    "760": "{1}: {2} is {4}",
    "761": "{1}: {2} is {4}",
    "766": "{1}: {2} is not set"
  }
};
