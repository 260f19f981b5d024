import { limits } from "#base/limits.ts";
import { after, milliseconds, seconds, type Instant } from "#base/units.ts";
import type { BoxAnswer, MessageBoxNews } from "#contracts/service.ts";
import { BoxedDesktop } from "#desktop/boxed/boxedDesktop.ts";
import type { Desktop } from "#desktop/desktop.ts";
import { messageBox } from "#desktop/screens/messageBox.ts";
import type { ServiceLink } from "./serviceLink.ts";

export interface SessionBoxesOptions {
  readonly link: Pick<ServiceLink, "tell" | "listener">;
  readonly now: () => Instant;
  /** From now on the client sees this desktop, which is the session's with boxes or without, and types there. */
  readonly exchange: (picture: Desktop, input: Desktop) => void;
}

interface Standing {
  readonly news: MessageBoxNews;
  /** Of a box that this process shows of its own accord; absent: the service asked for it, and is told. */
  readonly closed?: () => void;
  readonly closesAt: Instant;
}

/**
 * The message boxes over the session of this connection: the newest is seen, the others are under it. Without one the
 * session's desktop is shown as it is.
 */
export class SessionBoxes {
  readonly #options: SessionBoxesOptions;
  #desktop: Desktop | undefined;
  /** Stays for input after the last box until what that took is let go. */
  #boxed: BoxedDesktop | undefined;
  #standing: readonly Standing[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SessionBoxesOptions) {
    this.#options = options;
    options.link.listener = {
      messageBox: (box) => this.#show(box),
      messageBoxGone: ({ id }) => this.#keep((each) => each.news.id !== id),
      serviceLost: () => this.#keep(({ closed }) => closed !== undefined),
    };
  }

  /** The client sees this desktop of a session; undefined: none, and who asked something is told. */
  over(desktop: Desktop | undefined): void {
    clearTimeout(this.#timer);
    for (const { news, closed } of this.#standing) if (closed === undefined) this.#tell(news.id, { is: "notShown" });
    this.#standing = [];
    this.#boxed = undefined;
    this.#desktop = desktop;
  }

  /** A text of our own, which any input closes, in place of the one before; undefined: none. */
  showOwn(title: string, text: string | undefined, closed: () => void): void {
    const others = this.#standing.filter((each) => each.news.id !== ownId);
    if (text === undefined) return this.#keep((each) => each.news.id !== ownId);
    if (this.#desktop === undefined) return;
    const buttons = [{ id: "close", label: "Close" }];
    const news = { id: ownId, title, text, buttons, seconds: ownSeconds, anyInputCloses: true };
    this.#replace([...others, { news, closed, closesAt: after(this.#options.now(), seconds(ownSeconds)) }]);
  }

  #show(news: MessageBoxNews): void {
    if (this.#desktop === undefined || news.buttons.length === 0) return this.#tell(news.id, { is: "notShown" });
    const closesAt = after(this.#options.now(), seconds(news.seconds));
    const [oldest] = this.#standing;
    if (limits.messageBoxes <= this.#standing.length && oldest !== undefined) {
      this.#answer(oldest, { is: "notShown" });
    }
    this.#replace([...this.#standing, { news, closesAt }]);
  }

  #answer(standing: Standing, answer: BoxAnswer): void {
    if (standing.closed === undefined) this.#tell(standing.news.id, answer);
    else standing.closed();
    this.#keep((each) => each !== standing);
  }

  #tell(id: string, answer: BoxAnswer): void {
    this.#options.link.tell("messageBoxAnswered", { id, answer });
  }

  #keep(stays: (standing: Standing) => boolean): void {
    const left = this.#standing.filter(stays);
    if (left.length !== this.#standing.length) this.#replace(left);
  }

  #replace(standing: readonly Standing[]): void {
    const [before, top] = [this.#standing.at(-1), standing.at(-1)];
    this.#standing = standing;
    if (this.#desktop === undefined) return;
    if (top === undefined) this.#showNone(this.#desktop);
    else if (top !== before) this.#showTop(this.#desktop, top);
    this.#plan();
  }

  #showTop(desktop: Desktop, top: Standing): void {
    const boxed = (this.#boxed ??= this.#box(desktop));
    boxed.showBox(messageBox(top.news), hintOf(top, this.#options.now()));
    this.#options.exchange(boxed, boxed);
  }

  #showNone(desktop: Desktop): void {
    const boxed = this.#boxed;
    if (boxed === undefined) return;
    this.#options.exchange(desktop, boxed);
    boxed.hideBox();
  }

  #box(desktop: Desktop): BoxedDesktop {
    const boxed: BoxedDesktop = new BoxedDesktop({
      below: desktop,
      now: this.#options.now,
      pressed: (button) => {
        const top = this.#standing.at(-1);
        if (top !== undefined) this.#answer(top, { is: "button", button });
      },
      touched: () => {
        for (const each of this.#standing) if (each.news.anyInputCloses) this.#answer(each, { is: "closed" });
      },
      released: () => {
        // The client may see something else by now.
        if (this.#boxed !== boxed) return;
        this.#boxed = undefined;
        this.#options.exchange(desktop, desktop);
      },
    });
    return boxed;
  }

  /** Wakes when a box has stood long enough, or when its hint is no longer true. */
  #plan(): void {
    clearTimeout(this.#timer);
    const top = this.#standing.at(-1);
    if (top === undefined) return;
    const now = this.#options.now();
    const hint = hintOf(top, now);
    this.#boxed?.changeHint(hint);
    const firstEnd = Math.min(...this.#standing.map(({ closesAt }) => closesAt));
    const wait = Math.min(firstEnd - now, untilHintChanges(top, now));
    this.#timer = setTimeout(() => this.#look(), Math.max(10, wait));
  }

  #look(): void {
    const now = this.#options.now();
    for (const each of this.#standing) if (each.closesAt <= now) this.#answer(each, { is: "silence" });
    this.#plan();
  }
}

/** Which keys do what, and how long there is time. */
function hintOf({ news, closesAt }: Standing, now: Instant): string {
  const [first, ...others] = news.buttons;
  const keys = news.anyInputCloses
    ? "Any key closes this"
    : others.length === 0
      ? `Enter: ${first?.label ?? ""}`
      : "Tab: next button · Enter: choose";
  const left = Math.max(0, Math.ceil((closesAt - now) / 1000));
  if (dayLong < left) return keys;
  return `${keys} · ${left < minutesFrom ? `${left} s` : `${Math.ceil(left / 60)} minutes`} left`;
}

function untilHintChanges({ closesAt }: Standing, now: Instant): number {
  const left = closesAt - now;
  const unit = left < minutesFrom * 1000 ? 1000 : 60_000;
  return milliseconds(Math.max(left % unit, 20));
}

/** No box of the service has this id: theirs are random. */
const ownId = "own";
/** Longer than anybody sits there, and than a hint that counts. */
const ownSeconds = 5 * 86_400;
/** In seconds: from here on minutes are shown. */
const minutesFrom = 120;
const dayLong = 86_400;
