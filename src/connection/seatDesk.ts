import type { ReplyOf } from "#contracts/contract.ts";
import type { SeatChosen, SeatOffer, serviceContract } from "#contracts/service.ts";
import { refreshed } from "#desktop/screens/chooserScreen.ts";
import type { ScreenAction } from "#desktop/screens/screen.ts";
import { waitScreen } from "#desktop/screens/waitScreen.ts";
import type { WallTime } from "#base/units.ts";
import type { LogonErrors } from "#protocol/share/session/saveSessionInfo.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { choiceOf, seatChooser } from "./seatChooser.ts";
import type { ScreenStage } from "./screenStage.ts";
import { withDeadline } from "./withDeadline.ts";

export type OpenReply = ReplyOf<(typeof serviceContract)["calls"]["openSession"]>;
/** `left`: he gave up; a refusal is what stood against him. */
export type Left = { readonly is: "left"; readonly refusal?: Refusal };
export type SeatResult = Exclude<OpenReply, { is: "choose" }> | Left;

export interface SeatDeskOptions {
  readonly stage: ScreenStage;
  readonly hostName: string;
  /** Asks the service again, with a choice or just for what has changed. */
  readonly open: (next: { readonly token: string; readonly choice?: SeatChosen }) => Promise<OpenReply>;
  /** Tells the client that a screen of ours stands there. MS-RDPBCGR 2.2.10.1.1.4.1.1 */
  readonly tell: (notification: LogonErrors["notification"]) => void;
  readonly wallTime: () => WallTime;
}

/**
 * For one who is let in and gets no session at once: all seats are taken, or he has several sessions. He chooses, or
 * waits until a seat comes free.
 */
export class SeatDesk {
  readonly #options: SeatDeskOptions;

  constructor(options: SeatDeskOptions) {
    this.#options = options;
  }

  /** Rejects with CallFailed when the service stays away. */
  async lead(first: SeatOffer): Promise<SeatResult> {
    const { tell } = this.#options;
    let offer = first;
    tell(offer.why === "seatsTaken" ? "bumpOptions" : "reconnectOptions");
    for (;;) {
      const result = await this.#choose(offer);
      if (result.is !== "choose") {
        if (result.is === "attach") tell("sessionContinue");
        return result;
      }
      offer = result.offer;
      if (offer.notice?.refused === true) tell("disconnectRefused");
    }
  }

  /** One look at the list, until something is chosen, a seat comes free, or the time is over. */
  async #choose(first: SeatOffer): Promise<OpenReply | Left> {
    const { stage, open, hostName, wallTime } = this.#options;
    let offer = first;
    const giveUpAt = performance.now() + waitsAtMost;
    const asked = stage.ask(seatChooser(offer, { host: hostName, now: wallTime() }));
    for (;;) {
      const action = await withDeadline(asked, looksAgainAfter);
      if (action !== undefined) return this.#perform(offer, action);
      if (giveUpAt < performance.now()) return { is: "refused", refusal: this.#refusal(offer) };
      const reply = await open({ token: offer.token });
      if (reply.is !== "choose") return reply;
      offer = { ...reply.offer, ...(offer.notice === undefined ? {} : { notice: offer.notice }) };
      const now = seatChooser(offer, { host: hostName, now: wallTime() });
      if (stage.screen.is === "chooser") stage.change(refreshed(stage.screen, now));
    }
  }

  async #perform(offer: SeatOffer, action: ScreenAction): Promise<OpenReply | Left> {
    if (action.is !== "choose") {
      if (offer.why === "severalSessions") return { is: "left" };
      return { is: "left", refusal: this.#refusal(offer) };
    }
    const { stage, open, hostName } = this.#options;
    const { token } = offer;
    const choice = choiceOf(action);
    const holder = offer.holders.find(({ session }) => String(session) === action.id);
    const title = holder !== undefined && action.action === "ask" ? `“${holder.user}” is being asked` : "Please wait";
    const waitsFor = action.action === "ask" ? "The question stands on the other screen." : undefined;
    const cancelled = stage.ask(waitScreen({ host: hostName, title, waitsFor, log: [] }));
    return Promise.race([open({ token, choice }), cancelled.then(() => ({ is: "left" as const }))]);
  }

  #refusal({ used, limit }: SeatOffer): Refusal {
    return { code: "HF-SEAT-01", used, limit, host: this.#options.hostName };
  }
}

const looksAgainAfter = 1000;
const waitsAtMost = 30 * 60_000;
