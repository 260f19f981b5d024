import { sessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import type { SeatChosen, SeatOffer } from "#contracts/service.ts";
import { chooserScreen, type ChoiceRow, type ChooserScreen } from "#desktop/screens/chooserScreen.ts";

/** The service's offer in words: who holds the seats, or which sessions there are, and what can be done about each. */
export function seatChooser(offer: SeatOffer, at: { readonly host: string; readonly now: WallTime }): ChooserScreen {
  const { holders, used, limit, why, notice, another } = offer;
  const mayReturn = holders.some(({ may }) => may.includes("returnTo"));
  const rows = holders.map((holder) => rowOf(holder, at.now));
  return chooserScreen({
    host: at.host,
    title: why === "seatsTaken" ? "All seats are taken" : "Which session?",
    explanation:
      why === "severalSessions"
        ? mayReturn
          ? "You have more than one session on this host."
          : "You have a session on this host that you cannot return to."
        : `${used} of ${limit} sessions are in use. You get the first seat that comes free, as long as you wait here.`,
    // The first row has the focus: an Enter too many must not end a session.
    rows: another ? (mayReturn ? [...rows, newSession] : [newSession, ...rows]) : rows,
    notice: notice === undefined ? undefined : { text: notice.text, tone: notice.refused ? "warning" : "information" },
  });
}

/** What was chosen, as the service takes it. */
export function choiceOf({ id, action }: { readonly id: string; readonly action: string }): SeatChosen {
  const how = (["returnTo", "ask", "disconnect", "end"] as const).find((each) => each === action);
  return how === undefined ? { is: "another" } : { is: "session", session: sessionId(Number(id)), how };
}

function rowOf({ session, user, isAttached, idleSeconds = 0, since, may }: Holder, now: WallTime): ChoiceRow {
  const idle = idleSeconds < 60 ? "" : `, idle for ${duration(idleSeconds)}`;
  const ago = duration((now - since) / 1000);
  return {
    id: String(session),
    title: user,
    detail: `${isAttached ? `Active for ${ago}${idle}` : `Disconnected for ${ago}`} · session ${session}`,
    actions: may.map((id) => ({ id, label: labels[id] })),
  };
}

/** As people say it: "less than a minute", "5 minutes", "3 hours", "2 days". */
function duration(seconds: number): string {
  const [amount, unit] =
    seconds < 3600 ? [seconds / 60, "minute"] : seconds < 86_400 ? [seconds / 3600, "hour"] : [seconds / 86_400, "day"];
  const whole = Math.floor(amount);
  return whole < 1 ? "less than a minute" : `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}

type Holder = SeatOffer["holders"][number];

const labels = { returnTo: "Return", ask: "Ask", disconnect: "Disconnect", end: "End" } as const;
const newSession: ChoiceRow = {
  id: "another",
  title: "A new session",
  detail: "The others stay as they are",
  actions: [{ id: "another", label: "Open" }],
};
