/** The shapes of what the state holds and tells. Types alone: nothing is loaded from here. */

/** @import { Conversation } from "./conversation.js" */
/**
 * @typedef {object} Request Something the server was asked for, until it answers.
 * @property {string} kind
 * @property {string} key The conversation it is about, or "".
 * @property {(message: Message) => void} [then] Takes the first message of the answer, instead of whoever takes it else.
 * @property {(batch: Batch) => void} [page] Takes the batch that answers.
 * @property {(reason: string) => void} [failed] Takes the refusal.
 * @property {() => void} [lost] The connection is lost, and no answer will come.
 */
/**
 * @typedef {object} User
 * @property {string} nick
 * @property {string} account "" for guests, and where it is not known.
 * @property {boolean} sure Whether it is known.
 * @property {string} realname
 * @property {boolean} away
 * @property {Record<string, string>} metadata What they say about themselves: display-name, pronouns, status.
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
 *   | {kind: "invited", channel: string, by: string} | {kind: "leaving", conversation: Conversation} | {kind: "due", item: import("./scheduled.js").Scheduled} | {kind: "asked" | "preview", message: Message}} StateNotification
 */
/**
 * @typedef {object} Kept What an earlier page left behind.
 * @property {Pending[]} outbox
 * @property {[string, number][]} markers How far conversations were read.
 * @property {[string, number][]} closed When private conversations were closed.
 * @property {string[]} channels To be in.
 * @property {Partial<import("./drafts.js").Kept>} drafts What was written and not sent.
 * @property {[string, string][]} preferences What was noted and no account keeps.
 */
/**
 * @typedef {object} Listed A channel as LIST shows it.
 * @property {string} name
 * @property {number} members
 * @property {string} topic
 */

export {};
/**
 * @typedef {object} Message
 * @property {Record<string, string>} tags
 * @property {string} source Nick and mask, or a server's name; "" where none was given.
 * @property {string} nick The part of the source before its mask.
 * @property {string} command Upper case, or three digits.
 * @property {string[]} params
 */
/**
 * @typedef {object} Batch
 * @property {string} kind
 * @property {string[]} params
 * @property {string[]} [inside] The parameters of the first batch in it: a labeled answer is a batch around the one that answers.
 * @property {Message} opening
 * @property {Message[]} messages
 * @property {number} size Characters in the parameters of its messages.
 * @property {Batch | undefined} parent
 */
/**
 * @typedef {"message" | "action" | "notice" | "note" | "join" | "part" | "quit" | "kick" | "nick" | "topic" | "mode"
 *   | "rename" | "invite"} Kind "note" is for our own eyes and never came from anybody.
 */
/**
 * @typedef {object} Line Something that happened in a conversation.
 * @property {string} id Unique in the page; the msgid where there is one.
 * @property {string} msgid
 * @property {number} at Milliseconds since 1970.
 * @property {string} nick
 * @property {string} account
 * @property {boolean} bot
 * @property {Kind} kind
 * @property {string} text
 * @property {string} about Whom or what an event is about.
 * @property {string} replyTo The msgid of the message that is answered, or "".
 * @property {boolean} mine
 * @property {boolean} mentions It calls us.
 * @property {boolean} edited
 * @property {boolean} deleted
 * @property {Map<string, Set<string>> | null} reacted Who reacted with what.
 * @property {Map<string, Set<string>> | null} reactions The same without those who are ignored.
 * @property {string} nonce
 * @property {"" | "pending" | "sent" | "failed"} delivery "" once the server has kept it.
 * @property {string} reason Why it failed.
 * @property {number} version Counts changes, so that whoever draws it sees them.
 */
/**
 * @typedef {object} Member
 * @property {string} nick
 * @property {string} ranks Prefixes, the highest first.
 */
/** @typedef {"unknown" | "asking" | "all"} Known How much of what is older is known. */
/** @typedef {{name: string, text: string, reply: string, thread?: string}} Draft `reply` is the msgid of the message that it answers, or ""; `thread` begins the thread that it is written in. */
/**
 * @typedef {object} Pending
 * @property {string} nonce
 * @property {string} target The name of a conversation.
 * @property {string} text May have several lines.
 * @property {boolean} action
 * @property {string} replyTo A msgid or "".
 * @property {number} at Milliseconds since 1970.
 * @property {number} [order] What is sent first has the smaller one. The outbox gives it.
 * @property {boolean} sent Written to the present connection.
 * @property {string} reason Why the server refused it; "" while it waits.
 */
