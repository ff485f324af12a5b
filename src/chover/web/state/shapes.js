/** The shapes of what the state holds and tells. Types alone: nothing is loaded from here. */

/** @typedef {import("../irc.js").Message} Message */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Line} Line */
/** @typedef {import("./outbox.js").Pending} Pending */
/**
 * @typedef {object} Request Something the server was asked for, until it answers.
 * @property {string} kind
 * @property {string} key The conversation it is about, or "".
 * @property {(message: Message) => void} [then] Takes the first message of the answer, instead of whoever takes it else.
 * @property {(batch: import("./batches.js").Batch) => void} [page] Takes the batch that answers.
 * @property {(reason: string) => void} [failed] Takes the refusal.
 */
/**
 * @typedef {object} User
 * @property {string} nick
 * @property {string} account "" for guests, and where it is not known.
 * @property {string} realname
 * @property {boolean} away
 * @property {Record<string, string>} notes What they say about themselves: display-name, pronouns, status.
 */
/**
 * @typedef {object} Found
 * @property {Record<string, string>} attributes
 * @property {{name: string, line: Line}[]} found The newest first.
 * @property {"asking" | "done" | "failed"} status
 * @property {string} reason
 * @property {boolean} complete There is nothing older.
 * @property {number} ignored Messages that are left out because one ignores who said them.
 * @property {number} before Up to where the next page goes, in milliseconds since 1970.
 */
/**
 * @typedef {object} Missed What the server counts as missed.
 * @property {"catchup" | "mentions"} kind
 * @property {"asking" | "done" | "failed"} status
 * @property {string} reason
 * @property {{name: string, unread: number, calls: number}[]} places
 * @property {{name: string, line: Line}[]} calls
 */
/**
 * @typedef {{kind: "word", text: string} | {kind: "said", conversation: Conversation, line: Line}
 *   | {kind: "invited", channel: string, by: string} | {kind: "leaving", conversation: Conversation}} News
 */
/**
 * @typedef {object} Kept What an earlier page left behind.
 * @property {Pending[]} outbox
 * @property {[string, number][]} markers How far conversations were read.
 * @property {[string, number][]} closed When private conversations were closed.
 * @property {string[]} channels To be in.
 * @property {Partial<import("./drafts.js").Kept>} drafts What was written and not sent.
 * @property {[string, string][]} marks What was noted and no account keeps.
 */
/**
 * @typedef {object} Listed A channel as LIST shows it.
 * @property {string} name
 * @property {number} members
 * @property {string} topic
 */

export {};
