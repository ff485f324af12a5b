/** A conversation: its lines in the order of the log, its members, and how far it has been read. No I/O. */

/** @import { Message, Line, Member, Known } from "./shapes.js" */

/** The maximum number of lines kept of a conversation; older ones can be fetched again. */
export const KEPT_LINES = 100_000;

export class Conversation {
  /**
   * @param {string} key Its folded name.
   * @param {string} name
   * @param {boolean} channel
   * @param {(line: Line) => boolean} [ignores] Whether it is not to be shown.
   * @param {(nick: string) => boolean} [deaf] Whether what somebody does is not shown.
   * @param {(text: string) => boolean} [calls] Whether a text has one of our words in it.
   */
  constructor(key, name, channel, ignores = () => false, deaf = () => false, calls = () => false) {
    this.key = key;
    this.name = name;
    this.channel = channel;
    this.ignores = ignores;
    this.deaf = deaf;
    this.calls = calls;
    this.joined = false;
    /** It is being left; this can be undone until `until`. @type {{until: number, reason: string, sent: boolean} | null} */
    this.leaving = null;
    /** The msgids that are pinned for everybody, and a list of them that is not complete yet. @type {string[]} */
    this.pins = [];
    /** @type {string[]} */
    this.pinning = [];
    this.topic = "";
    /** Letters, and their values; "" while they are not known. */
    this.modes = "";
    /** Whether the server was asked for the modes, and for who is here (channel-facts.js). */
    this.asked = false;
    /** Whether all members are known (NAMES). */
    this.named = false;
    /** @type {Map<string, Member>} */
    this.members = new Map();
    /** Members from a NAMES answer that is not complete yet. @type {Map<string, Member> | null} */
    this.naming = null;
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Map<string, Line>} */
    this.byMsgid = new Map();
    /** Changes to messages that are not loaded. @type {Map<string, Message[]>} */
    this.loose = new Map();
    /** @type {Known} */
    this.older = "unknown";
    /** What arrives while a gap is being filled, in order; null: no gap is being filled. @type {(Line | Message)[] | null} */
    this.held = null;
    this.pages = 0;
    /** The msgids of replies, by that of the message that they answer. @type {Map<string, Set<string>>} */
    this.answers = new Map();
    /** The thread that is open beside the messages. @type {import("./thread.js").Thread | null} */
    this.thread = null;
    /** A part of the history that is being shown. @type {import("./past.js").Detour | null} */
    this.detour = null;
    /** The time up to which it was read, in milliseconds since 1970; 0: unknown. */
    this.readAt = 0;
    /** Where "new" began when it was last opened. */
    this.newFrom = 0;
    /** It was marked as unread, and stays so until somebody comes back to it. */
    this.keepsUnread = false;
    this.unread = 0;
    this.mentions = 0;
    /** The people who are typing, and until when. @type {Map<string, {nick: string, until: number}>} */
    this.typing = new Map();
    /** Counts replacements of all lines. */
    this.generation = 0;
  }

  get last() {
    return this.lines.at(-1);
  }

  /** @param {Line} line */
  has(line) {
    return line.msgid !== "" && this.byMsgid.has(line.msgid);
  }

  /** Append a line; false if it is here already. @param {Line} line */
  append(line) {
    if (this.has(line)) return false;
    this.lines.push(line);
    if (line.msgid) this.byMsgid.set(line.msgid, line);
    this.noteReply(line);
    return true;
  }

  /** Add older lines at the beginning. Returns how many were new. @param {Line[]} lines */
  prepend(lines) {
    const fresh = lines.filter((line) => !this.has(line));
    for (const line of fresh) {
      if (line.msgid) this.byMsgid.set(line.msgid, line);
      this.noteReply(line);
    }
    this.lines = [...fresh, ...this.lines];
    return fresh.length;
  }

  /** Note what it answers (threads.js). @param {Line} line */
  noteReply({ msgid, replyTo }) {
    if (!replyTo || !msgid) return;
    const answers = this.answers.get(replyTo);
    if (answers) answers.add(msgid);
    else this.answers.set(replyTo, new Set([msgid]));
  }

  /** Forget the lines: the next ones do not continue them. */
  forget() {
    this.lines = [];
    this.byMsgid.clear();
    this.loose.clear();
    this.answers.clear();
    this.older = "unknown";
    this.generation += 1;
  }

  /** A message, here, in the part of the history that is shown, or in the open thread. @param {string} msgid */
  find(msgid) {
    return this.byMsgid.get(msgid) ?? this.detour?.byMsgid.get(msgid) ?? this.thread?.byMsgid.get(msgid);
  }

  /** Determine whether it is for us: any private message, and mentions in a channel (mentions.js). @param {Line} line */
  judge(line) {
    const answersUs = line.replyTo !== "" && this.find(line.replyTo)?.mine;
    line.mentions = counts(line) && (!this.channel || Boolean(answersUs) || this.calls(line.text));
  }

  /** Show the reactions of people who are not ignored. @param {Line} line */
  reflect(line) {
    const shown = [...(line.reacted ?? [])].map(([reaction, nicks]) => /** @type {[string, Set<string>]} */ ([reaction, new Set([...nicks].filter((nick) => !this.deaf(nick)))]));
    const left = shown.filter(([, nicks]) => nicks.size);
    line.reactions = left.length ? new Map(left) : null;
  }

  /** Apply a change of the people who are ignored. */
  heed() {
    for (const line of [...this.lines, ...(this.detour?.lines ?? [])]) {
      if (!line.reacted) continue;
      this.reflect(line);
      line.version += 1;
    }
    for (const [key, { nick }] of this.typing) if (this.deaf(nick)) this.typing.delete(key);
  }

  /** Judge the lines of a page, and lines that they answer. @param {Line[]} page */
  judgePage(page) {
    const known = new Set(page.map(({ msgid }) => msgid).filter(Boolean));
    const answering = [...this.lines, ...(this.detour?.lines ?? [])].filter(({ replyTo }) => known.has(replyTo));
    for (const line of [...page, ...answering]) {
      const before = line.mentions;
      this.judge(line);
      if (line.mentions !== before) line.version += 1;
    }
    if (this.unread) this.count();
  }

  /** Apply a change of the words that mention us. */
  judgeUnread() {
    for (const line of this.lines.filter(({ at }) => at > this.readAt)) this.judge(line);
  }

  /** Count unread lines; one at `readAt` counts as read. */
  count() {
    this.unread = 0;
    this.mentions = 0;
    for (let at = this.lines.length - 1; at >= 0; at -= 1) {
      const line = this.lines[at];
      if (!line || line.at <= this.readAt) break;
      this.countIn(line);
    }
  }

  /** Whether it is new and shown. @param {Line} line */
  counts(line) {
    return counts(line) && !this.ignores(line);
  }

  /** @param {Line} line */
  countIn(line) {
    if (!this.counts(line) || line.at <= this.readAt) return false;
    this.unread += 1;
    if (line.mentions) this.mentions += 1;
    return true;
  }
}

/** Whether a line is a message of somebody else. @param {Line} line */
export function counts(line) {
  return !line.mine && !line.deleted && (line.kind === "message" || line.kind === "action" || line.kind === "notice");
}
