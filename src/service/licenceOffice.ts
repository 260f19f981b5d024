import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { converted, listOf, number, object, oneOf, optional, ShapeError, text } from "#base/shape/shape.ts";
import { wallTime, type WallTime } from "#base/units.ts";
import { graceDaysLeft, noLicences, useLicence, type LicenceLedger, type LicenceRules } from "#policy/licences.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import type { Log } from "#system/log.ts";

export interface LicenceReport extends LicenceLedger {
  readonly rules: LicenceRules;
  readonly graceDaysLeft: number;
}

/** Gives licences and keeps the ledger, the file `licences.json` of the state folder; where they are counted at all. */
export class LicenceOffice {
  readonly #path: string;
  readonly #settings: () => HostSettings;
  readonly #chance: () => number;
  readonly #now: () => WallTime;
  readonly #log: Log;
  #ledger: LicenceLedger;

  constructor(options: {
    readonly stateFolder: string;
    readonly settings: () => HostSettings;
    /** From 0 to 1. */
    readonly chance: () => number;
    readonly now: () => WallTime;
    readonly log: Log;
  }) {
    this.#path = join(options.stateFolder, "licences.json");
    this.#settings = options.settings;
    this.#chance = options.chance;
    this.#now = options.now;
    this.#log = options.log;
    this.#ledger = this.#read();
  }

  /** undefined: nothing is counted. */
  get report(): LicenceReport | undefined {
    const rules = this.#rules();
    if (rules === undefined) return undefined;
    const now = this.#now();
    const licences = this.#ledger.licences.filter(({ expiresAt }) => now < expiresAt);
    return { ...this.#ledger, licences, rules, graceDaysLeft: graceDaysLeft(this.#ledger, now) };
  }

  /**
   * Called for whoever comes in, but not by the administrator's door; `hasSession`: he is reported, and not refused.
   */
  use(who: { readonly user: string; readonly device: string; readonly hasSession: boolean }): Refusal | undefined {
    const rules = this.#rules();
    if (rules === undefined) return undefined;
    const holder = rules.per === "user" ? who.user : who.device;
    const coming = { holder, now: this.#now(), chance: this.#chance() };
    const { is, ledger } = useLicence(this.#ledger, coming, {
      ...rules,
      refuses: rules.refuses && !who.hasSession,
    });
    this.#keep(ledger);
    if (is !== "covered") this.#log.warn("licenceOverUse", { holder, per: rules.per, count: rules.count, is });
    return is === "refused" ? { code: "HF-SEAT-06", holder, per: rules.per, count: rules.count } : undefined;
  }

  #rules(): LicenceRules | undefined {
    const { ServerMode, LicensingMode, Licences, RefuseWithoutLicence } = this.#settings();
    const per = LicensingMode === 2 ? "device" : LicensingMode === 4 ? "user" : undefined;
    if (ServerMode !== "applicationServer" || per === undefined || Licences === 0) return undefined;
    return { per, count: Licences, refuses: RefuseWithoutLicence };
  }

  /** A ledger that cannot be kept keeps nobody out. */
  #keep(ledger: LicenceLedger): void {
    this.#ledger = ledger;
    try {
      writeFileAtomically(this.#path, JSON.stringify(ledger), 0o600);
    } catch (error) {
      this.#log.error("licencesNotKept", { path: this.#path, why: error instanceof Error ? error.message : "" });
    }
  }

  #read(): LicenceLedger {
    if (!existsSync(this.#path)) return noLicences;
    try {
      return ledgerShape.parse(JSON.parse(readFileSync(this.#path, "utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
      this.#log.error("licencesUnreadable", { path: this.#path, why: error.message });
      return noLicences;
    }
  }
}

const time = converted(number, wallTime);
const ledgerShape = object({
  graceSince: optional(time),
  licences: listOf(
    object({
      holder: text,
      kind: oneOf("temporary", "permanent"),
      issuedAt: time,
      expiresAt: time,
      lastUsedAt: time,
    }),
    { atMost: 65_535 },
  ),
  uncovered: listOf(object({ holder: text, lastAt: time }), { atMost: 1000 }),
});
