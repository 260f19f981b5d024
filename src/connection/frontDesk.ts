import type { Size } from "#base/geometry.ts";
import { sessionId } from "#base/ids.ts";
import type { Client, Keyboard } from "#contracts/facts.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { ConnectionStart, SeatChosen, SeatOffer, serviceContract, SignInReply } from "#contracts/service.ts";
import { askFurther, signInScreen, tryAgain, type Notice, type SignInScreen } from "#desktop/screens/signInScreen.ts";
import { waitScreen, type WaitScreen } from "#desktop/screens/waitScreen.ts";
import type { LogonErrors } from "#protocol/share/session/saveSessionInfo.ts";
import { explain, type Refusal } from "#refusals/refusal.ts";
import { systemClock } from "#system/clock.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { ConnectionJourney } from "./journey.ts";
import { RefusalStand } from "./refusalStand.ts";
import type { ScreenStage } from "./screenStage.ts";
import { SeatDesk, type Left } from "./seatDesk.ts";
import { serviceAway } from "./serviceAway.ts";
import type { ServiceLink } from "./serviceLink.ts";
import { withDeadline } from "./withDeadline.ts";

export type SignedIn = Extract<SignInReply, { is: "signedIn" }>;
export type Attach = Extract<ReplyOf<(typeof serviceContract)["calls"]["openSession"]>, { is: "attach" }>;
/** How the way to a session ended. `left`: the user pressed Cancel. */
export type FrontDeskResult =
  | (Attach & { readonly user: string })
  | { readonly is: "refused"; readonly refusal: Refusal }
  | Left;

/** The cookie of an earlier connection. MS-RDPBCGR 5.5 */
export interface ReconnectCookie {
  readonly session: number;
  readonly verifier: Uint8Array;
  /** What the verifier was made over: 32 bytes. */
  readonly clientRandom: Uint8Array;
}

/** What came of NLA, which has proved the password; `pending`: PAM has not answered yet. */
export type NlaOutcome =
  | SignedIn
  | { readonly is: "refused"; readonly refusal: Refusal }
  | { readonly is: "pending"; readonly reply: Promise<SignInReply> };

/** What the client brought along. */
export interface Arrival {
  /** NLA has let him in, or not. */
  readonly nla: NlaOutcome | undefined;
  readonly cookie: ReconnectCookie | undefined;
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly autoLogon: boolean;
  readonly keyboardLayout: number;
}

/** What kind of session the client wants. */
export interface Wanted {
  readonly size: Size;
  readonly keyboard: Keyboard;
  /** By the administrator's door. */
  readonly administrative: boolean;
}

/** Whether the client has brought all that a sign-in needs, as far as is known. */
export function asksNobody(arrival: Arrival): boolean {
  if (arrival.nla !== undefined) return arrival.nla.is === "signedIn";
  return arrival.cookie !== undefined || bringsPassword(arrival);
}

function bringsPassword({ user, password, autoLogon }: Arrival): boolean {
  return autoLogon && password !== "" && user !== "";
}

/** Leads a client from its first picture to its session: sign-in, further questions, waiting, refusals. */
export class FrontDesk {
  readonly #stage: ScreenStage;
  readonly #link: ServiceLink;
  readonly #journey: ConnectionJourney;
  readonly #start: ConnectionStart;
  readonly #client: Client;
  readonly #tellLogon: (notification: LogonErrors["notification"]) => void;
  readonly #awaken: () => void;
  readonly #begunAt = performance.now();

  constructor(options: {
    readonly stage: ScreenStage;
    readonly link: ServiceLink;
    readonly journey: ConnectionJourney;
    readonly start: ConnectionStart;
    readonly client: Client;
    /** Tells the client what our own screen is for. */
    readonly tellLogon: (notification: LogonErrors["notification"]) => void;
    /** The stage is to be seen now. */
    readonly awaken: () => void;
  }) {
    this.#stage = options.stage;
    this.#link = options.link;
    this.#journey = options.journey;
    this.#start = options.start;
    this.#client = options.client;
    this.#tellLogon = options.tellLogon;
    this.#awaken = options.awaken;
  }

  /** Never rejects for what a service, a user or a network can do. */
  async lead(arrival: Arrival, wanted: Wanted): Promise<FrontDeskResult> {
    this.#journey.enter("signIn");
    try {
      const signedIn = await this.#signIn(arrival);
      return signedIn.is === "signedIn" ? await this.#open(signedIn, wanted) : signedIn;
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      return { is: "refused", refusal: serviceAway(error) };
    }
  }

  /**
   * Draws the refusal, with the name of its record, until its user closes it, or for a minute; longer where an
   * administrator keeps it.
   */
  async showRefusal(refusal: Refusal): Promise<void> {
    const { title, explanation, remedy, code } = explain(refusal);
    // Who reads it over the telephone is to find it explained already.
    this.#link.change({ journey: this.#journey.journey, refusal: code });
    this.#link.tell("refused", { refusal });
    const log = "log" in refusal ? refusal.log : [];
    const screen = {
      host: this.#start.hostName,
      title,
      explanation: [explanation, ...log.slice(-linesShown)].join("\n"),
      remedy,
      code,
      record: this.#journey.journey.record,
    };
    const stand = new RefusalStand({
      stage: this.#stage,
      now: () => performance.now(),
      heldChanged: (held) => this.#link.change({ held }),
    });
    this.#link.refusalHolder = (seconds) => stand.hold(seconds);
    await stand.show(screen, refusalStandsFor);
  }

  async #signIn(arrival: Arrival): Promise<SignedIn | Exclude<FrontDeskResult, Attach>> {
    const { nla, cookie, user, domain, password } = arrival;
    if (nla?.is === "signedIn") return nla;
    let screen = signInScreen({ host: this.#start.hostName, keyboardLayout: arrival.keyboardLayout, user });
    if (nla?.is === "refused") {
      if (nla.refusal.code !== "HF-SIGN-01") return nla;
      screen = tryAgain(screen, noticeOf(nla.refusal));
      return this.#askUntilSignedIn(screen, domain);
    }
    if (nla?.is === "pending") return this.#signInBy(nla.reply, screen, domain);
    if (cookie !== undefined) {
      const reply = await this.#reconnect(cookie);
      if (reply.is === "signedIn") return reply;
    }
    // A cookie that is worth nothing leaves the client where it would be without one.
    if (bringsPassword(arrival)) return this.#signInBy(this.#call({ user, domain, password }), screen, domain);
    return this.#askUntilSignedIn(screen, domain);
  }

  /** With what is asked already; if that is not enough, by asking the user. */
  async #signInBy(asked: Promise<SignInReply>, screen: SignInScreen, domain: string) {
    const reply = await this.#unlessLeft(asked, { ...screen, busy: signingIn });
    const result = await this.#judge(reply, screen);
    return result.is === "again" ? this.#askUntilSignedIn(result.screen, domain) : result;
  }

  async #askUntilSignedIn(first: SignInScreen, domain: string): Promise<SignedIn | Exclude<FrontDeskResult, Attach>> {
    let screen = first;
    for (;;) {
      const values = await this.#ask(screen);
      if (values === "left") return { is: "left" };
      if (values === "silence") return silence(this.#start.settings.logonSeconds);
      const { user = "", password = "" } = values;
      const busy = { ...this.#shown(screen), busy: signingIn };
      const result = await this.#judge(await this.#unlessLeft(this.#call({ user, domain, password }), busy), busy);
      if (result.is !== "again") return result;
      screen = result.screen;
    }
  }

  /** What an answer of the service means: in, no, once more, or a further question, which is asked here. */
  async #judge(
    first: SignInReply | "left",
    screen: SignInScreen,
  ): Promise<SignedIn | Exclude<FrontDeskResult, Attach> | { readonly is: "again"; readonly screen: SignInScreen }> {
    let reply = first;
    while (reply !== "left" && reply.is === "prompt") {
      const { conversation, style, text, notices } = reply;
      const further = askFurther(screen, [{ id: "answer", label: text.trim(), secret: style === "secret" }], {
        title: "One more question",
        ...(notices.length === 0 ? {} : { explanation: notices.join("\n") }),
      });
      const values = await this.#ask(further);
      if (values === "left") return { is: "left" };
      if (values === "silence") return silence(this.#start.settings.logonSeconds);
      const answering = this.#link.call("answer", { conversation, answer: values["answer"] ?? "" });
      reply = await this.#unlessLeft(answering, { ...this.#shown(further), busy: signingIn });
    }
    if (reply === "left") return { is: "left" };
    if (reply.is === "signedIn") return reply;
    if (reply.refusal.code !== "HF-SIGN-01") return reply;
    return { is: "again", screen: tryAgain(screen, noticeOf(reply.refusal)) };
  }

  async #ask(screen: SignInScreen): Promise<Readonly<Record<string, string>> | "left" | "silence"> {
    let touchedAt = performance.now();
    const typed = this.#stage.ask(screen, () => (touchedAt = performance.now()));
    const asked = this.#journey.waitFor("somebody at the sign-in screen", typed);
    const limit = this.#start.settings.logonSeconds * 1000;
    for (;;) {
      // A key now and then must not hold a stranger's place for ever.
      const left = Math.min(touchedAt + limit, this.#begunAt + limit * longestSignIn) - performance.now();
      if (left <= 0) return "silence";
      const action = await withDeadline(asked, left);
      if (action === undefined) continue;
      return action.is === "submit" ? action.values : "left";
    }
  }

  /** What is waited for, under a screen on which its user can only give up. */
  #unlessLeft<T>(waited: Promise<T>, screen: SignInScreen | WaitScreen): Promise<T | "left"> {
    return Promise.race([waited, this.#stage.ask(screen).then(() => "left" as const)]);
  }

  /** The screen as its user has filled it in. */
  #shown(screen: SignInScreen): SignInScreen {
    return this.#stage.screen.is === "signIn" ? this.#stage.screen : screen;
  }

  #call(credentials: { user: string; domain: string; password: string }): Promise<SignInReply> {
    return this.#link.call("signIn", {
      connection: this.#link.facts.id,
      client: this.#client,
      nla: false,
      ...credentials,
    });
  }

  #reconnect(cookie: ReconnectCookie): Promise<SignInReply> {
    return this.#link.call("reconnect", {
      connection: this.#link.facts.id,
      session: sessionId(cookie.session & 0xffff),
      clientRandom: Buffer.from(cookie.clientRandom).toString("hex"),
      verifier: Buffer.from(cookie.verifier).toString("hex"),
      client: this.#client,
    });
  }

  async #open(signedIn: SignedIn, { size, keyboard, administrative }: Wanted): Promise<FrontDeskResult> {
    const { facts } = this.#link;
    this.#journey.enter("decision");
    const open = (next: { readonly token: string; readonly choice?: SeatChosen }) =>
      this.#link.call("openSession", {
        connection: facts.id,
        client: this.#client,
        size,
        keyboard,
        administrative,
        ...next,
      });
    const first = await this.#whileItStarts(open({ token: signedIn.token }));
    if (first === "left") return { is: "left" };
    const desk = new SeatDesk({
      stage: this.#stage,
      hostName: this.#start.hostName,
      open,
      tell: this.#tellLogon,
      wallTime: systemClock.wallTime,
    });
    if (first.is === "choose") this.#awaken();
    const reply = first.is === "choose" ? await this.#waits(first.offer.why, desk.lead(first.offer)) : first;
    return reply.is === "attach" ? { ...reply, user: signedIn.user } : reply;
  }

  #waits<T>(why: SeatOffer["why"], chosen: Promise<T>): Promise<T> {
    return this.#journey.waitFor(why === "seatsTaken" ? "a free seat" : "a choice among his sessions", chosen);
  }

  /** Says what is waited for, when it takes long. */
  async #whileItStarts<T>(opening: Promise<T>): Promise<T | "left"> {
    const screen = { host: this.#start.hostName, title: "Please wait: your desktop is being started", log: [] };
    const unlessLeft = (waitsFor?: string) => this.#unlessLeft(opening, waitScreen({ ...screen, waitsFor }));
    const quick = await withDeadline(opening, waitShownAfter);
    const slow = quick ?? (await withDeadline(unlessLeft(), causeShownAfter));
    return slow ?? (await unlessLeft("Waiting for the X server and the first program of the desktop."));
  }
}

function noticeOf(refusal: Refusal): Notice {
  const { title, remedy } = explain(refusal);
  return { text: `${title}. ${remedy}`, tone: "error" };
}

function silence(seconds: number): FrontDeskResult & { is: "refused" } {
  return { is: "refused", refusal: { code: "HF-SIGN-08", seconds } };
}

const signingIn = "Signing in …";
/** In times of LogonSeconds. */
const longestSignIn = 5;
const refusalStandsFor = 60_000;
const waitShownAfter = 300;
const causeShownAfter = 2700;
const linesShown = 8;
