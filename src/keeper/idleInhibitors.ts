import { milliseconds, seconds, type Milliseconds, type WallTime } from "#base/units.ts";
import { busCall, DbusConnection, type DbusAnswer, type DbusCall } from "#system/dbus/dbusConnection.ts";
import { DbusError, type DbusMessage, type DbusValue } from "#system/dbus/dbusMessage.ts";
import { SystemCallError } from "#system/native/systemCallError.ts";
import type { Log } from "#system/log.ts";

export interface IdleInhibitorsOptions {
  /** Of the session's message bus. */
  readonly address: string;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly wallTime: () => WallTime;
  /** Something has begun, or ceased, to keep the session from being idle. */
  readonly changed: () => void;
  /** When the session becomes its own screen saver, if nobody else is. */
  readonly claimedAfter?: Milliseconds;
  readonly log: Log;
}

/**
 * Programs that ask not to be disturbed, as those that play a film do. Desktops that keep such requests are asked;
 * where nobody does, the session itself is `org.freedesktop.ScreenSaver` on its bus and keeps them. What goes by X
 * alone (XScreenSaverSuspend) cannot be seen from outside.
 */
export class IdleInhibitors {
  readonly #options: IdleInhibitorsOptions;
  /** Requests that were made to us, by their cookies. */
  readonly #held = new Map<number, { readonly owner: string; readonly program: string }>();
  readonly #timers: NodeJS.Timeout[] = [];
  #bus: DbusConnection | undefined;
  #lastCookie = 0;
  #inhibitedAt: WallTime | undefined;
  #isOurs = false;

  private constructor(options: IdleInhibitorsOptions) {
    this.#options = options;
  }

  /** A bus that cannot be spoken to is told in the log: then real input alone counts. */
  static async open(options: IdleInhibitorsOptions): Promise<IdleInhibitors> {
    const inhibitors = new IdleInhibitors(options);
    try {
      await inhibitors.#connect();
    } catch (error) {
      if (!(error instanceof DbusError || error instanceof SystemCallError)) throw error;
      options.log.warn("idleInhibitionUnseen", { why: error.message });
    }
    return inhibitors;
  }

  /** When something kept the session from being idle last, as far as was looked; undefined: never. */
  get inhibitedAt(): WallTime | undefined {
    return 0 < this.#held.size ? this.#options.wallTime() : this.#inhibitedAt;
  }

  /** Asks everybody now. Settles within a second; never rejects. */
  async look(): Promise<void> {
    const bus = this.#bus;
    if (bus === undefined || 0 < this.#held.size) return;
    const answers = await Promise.all(questions.map((question) => bus.call(question, answeredWithin)));
    if (answers.some(isYes)) this.#inhibitedAt = this.#options.wallTime();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#held.clear();
    this.#bus?.close();
  }

  async #connect(): Promise<void> {
    const { address, user } = this.#options;
    const bus = await DbusConnection.open(address, user, {
      called: (message) => this.#called(message),
      signalled: (message) => this.#signalled(message),
      closed: () => {
        this.#bus = undefined;
        this.#forget(() => true);
      },
    });
    this.#bus = bus;
    await this.#askBus("AddMatch", "s", ownerGone);
    // The desktop's own service comes first, and those that start slowly find their name free.
    this.#timers.push(
      setTimeout(() => void this.#serve(), this.#options.claimedAfter ?? usualClaim).unref(),
      setInterval(() => void this.#review(), reviewedEvery).unref(),
    );
  }

  /** Nobody else keeps requests here: from now on we do. */
  async #serve(): Promise<void> {
    const startable = await this.#askBus("ListActivatableNames");
    const [names] = startable.is === "answered" ? startable.body : [];
    if (this.#bus === undefined || (Array.isArray(names) && names.includes(saverName))) return;
    const owned = await this.#askBus("RequestName", "su", saverName, ALLOW_REPLACEMENT | DO_NOT_QUEUE);
    this.#isOurs = owned.is === "answered" && owned.body[0] === PRIMARY_OWNER;
  }

  /** Looks, so that what is over by the time of a limit has counted; and gives way to one who waits for the name. */
  async #review(): Promise<void> {
    await this.look();
    if (!this.#isOurs) return;
    const queued = await this.#askBus("ListQueuedOwners", "s", saverName);
    const [owners] = queued.is === "answered" ? queued.body : [];
    if (!Array.isArray(owners) || owners.length < 2) return;
    this.#isOurs = false;
    await this.#askBus("ReleaseName", "s", saverName);
  }

  #askBus(member: string, signature = "", ...body: readonly DbusValue[]): Promise<DbusAnswer> {
    const call = { ...busCall, member, signature, body };
    return this.#bus?.call(call, answeredWithin) ?? Promise.resolve({ is: "failed", why: "the bus is gone" });
  }

  #called(message: DbusMessage) {
    const nothing = { signature: "", body: [] };
    if (message.interface !== undefined && message.interface !== saverName) return undefined;
    switch (message.member) {
      case "Inhibit":
        return this.#inhibit(message);
      case "UnInhibit":
        // A request is its maker's to take back.
        this.#forget((cookie, { owner }) => cookie === message.body[0] && owner === message.sender);
        return nothing;
      case "SimulateUserActivity":
        this.#noteNow();
        return nothing;
      case "GetActive":
        return { signature: "b", body: [false] };
      case "GetActiveTime":
        return { signature: "u", body: [0] };
      default:
        return undefined;
    }
  }

  #inhibit({ sender = "", body: [program] }: DbusMessage) {
    if (!(this.#held.size < heldMax)) return undefined;
    // Cookies are numbers of 32 bits, and not 0.
    this.#lastCookie = (this.#lastCookie % 0xffffffff) + 1;
    const name = typeof program === "string" ? program.slice(0, 100) : "";
    this.#held.set(this.#lastCookie, { owner: sender, program: name });
    this.#options.log.info("idleInhibited", { by: name });
    this.#noteNow();
    return { signature: "u", body: [this.#lastCookie] };
  }

  /** Who has gone has forgotten to take back what he asked for. */
  #signalled({ member, sender, body: [name, , owner] }: DbusMessage): void {
    if (sender !== busCall.destination || member !== "NameOwnerChanged") return;
    if (name === saverName) this.#isOurs &&= owner !== "";
    if (owner === "") this.#forget((_cookie, held) => held.owner === name);
  }

  #forget(goes: (cookie: number, held: { readonly owner: string }) => boolean): void {
    const gone = [...this.#held].filter(([cookie, held]) => goes(cookie, held));
    for (const [cookie] of gone) this.#held.delete(cookie);
    if (0 < gone.length) this.#noteNow();
  }

  #noteNow(): void {
    this.#inhibitedAt = this.#options.wallTime();
    this.#options.changed();
  }
}

function isYes(answer: DbusAnswer): boolean {
  return answer.is === "answered" && answer.body[0] === true;
}

const saverName = "org.freedesktop.ScreenSaver";
/** Who of the desktops tells whether somebody has asked: GNOME, Cinnamon and MATE; Xfce, MATE and KDE; KDE. */
const questions: readonly DbusCall[] = [
  {
    destination: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
    member: "IsInhibited",
    signature: "u",
    // Of its flags: not to be marked as idle.
    body: [8],
  },
  {
    destination: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
    member: "HasInhibit",
  },
  {
    destination: "org.kde.Solid.PowerManagement.PolicyAgent",
    path: "/org/kde/Solid/PowerManagement/PolicyAgent",
    interface: "org.kde.Solid.PowerManagement.PolicyAgent",
    member: "HasInhibition",
    signature: "u",
    // Of its kinds: the screen's settings.
    body: [4],
  },
];
const ownerGone = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''";
const ALLOW_REPLACEMENT = 1;
const DO_NOT_QUEUE = 4;
const PRIMARY_OWNER = 1;
const heldMax = 256;
const answeredWithin = milliseconds(500);
/** Desktops start their savers in this time; one that found us there would not begin. */
const usualClaim = seconds(25);
const reviewedEvery = seconds(60);
