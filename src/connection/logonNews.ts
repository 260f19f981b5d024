import { seconds } from "#base/units.ts";
import type { SessionId } from "#base/ids.ts";
import type { ConnectionStart } from "#contracts/service.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { shareBytes } from "#protocol/sequences/accept/outgoing.ts";
import type { LogonErrors, SessionInfo } from "#protocol/share/session/saveSessionInfo.ts";
import type { Log } from "#system/log.ts";
import type { ClientSocket } from "./clientSocket.ts";
import { CookieRenewal } from "./cookieRenewal.ts";
import type { ServiceLink } from "./serviceLink.ts";

export interface LogonNewsOptions {
  readonly capable: () => Capable;
  /** The share is down: nothing can be said. */
  readonly isReactivating: () => boolean;
  readonly wire: Pick<ClientSocket, "write">;
  readonly link: Pick<ServiceLink, "call">;
  readonly start: ConnectionStart;
  readonly log: Log;
}

/**
 * What a client is told about its sign-in, and the cookies to come back with: Save Session Info. MS-RDPBCGR 3.3.5.10
 */
export class LogonNews {
  readonly #options: LogonNewsOptions;
  #renewal: CookieRenewal | undefined;

  constructor(options: LogonNewsOptions) {
    this.#options = options;
  }

  /** `reconnectRandom` absent: the client is given no cookie for this session. */
  signedIn(given: { readonly session: SessionId; readonly user: string; readonly reconnectRandom?: string }): void {
    this.left();
    const { isReactivating, link, start, log } = this.#options;
    const { session, user, reconnectRandom } = given;
    this.#tell({ is: "logonLong", domain: start.hostName, userName: user, sessionId: session });
    const giveCookie = (random: string): void => {
      this.#tell({ is: "extended", cookie: { logonId: session, randomBits: Buffer.from(random, "hex") } });
    };
    if (reconnectRandom === undefined) return;
    giveCookie(reconnectRandom);
    this.#renewal = new CookieRenewal({
      every: seconds(start.settings.reconnectCookieSeconds ?? 3600),
      ask: async () => (await link.call("renewCookie", { session })).reconnectRandom,
      // Another comes; until then the one before stays good.
      give: (random) => void (isReactivating() || giveCookie(random)),
      log,
    });
  }

  /** What our own screen is for: clients may show it. */
  notify(notification: LogonErrors["notification"]): void {
    this.#tell({ is: "extended", errors: { notification, detail: "warning" } });
  }

  /** The client is at that session no more. */
  left(): void {
    this.#renewal?.close();
    this.#renewal = undefined;
  }

  #tell(info: SessionInfo): void {
    const { capable, wire } = this.#options;
    wire.write([shareBytes(capable(), { is: "saveSessionInfo", info })]);
  }
}
