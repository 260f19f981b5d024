import { hostname } from "node:os";
import { sessionId } from "../../../src/base/ids.ts";
import { wallTime } from "../../../src/base/units.ts";
import { seatChooser } from "../../../src/connection/seatChooser.ts";
import type { SeatOffer } from "../../../src/contracts/service.ts";
import type { ChooserScreen } from "../../../src/desktop/screens/chooserScreen.ts";
import type { TestUser } from "./users.ts";

export type Holder = SeatOffer["holders"][number];

/** What one sees who finds the only seat taken by this user, who has just come. */
export function chooserAbout(
  user: TestUser,
  given: { session: number; may?: Holder["may"]; notice?: SeatOffer["notice"] },
): ChooserScreen {
  return seatChooser(offerAbout(user, given), { host: hostname(), now: wallTime(0) });
}

/** One seat, held by this user, who has just come. */
export function offerAbout(
  { name: user }: TestUser,
  { session, may = ["ask"], notice }: { session: number; may?: Holder["may"]; notice?: SeatOffer["notice"] },
): SeatOffer {
  const holder = { session: sessionId(session), user, isAttached: true, idleSeconds: 0, since: wallTime(0), may };
  return {
    why: "seatsTaken",
    token: "",
    used: 1,
    limit: 1,
    another: false,
    holders: [holder],
    ...(notice && { notice }),
  };
}
