import { parse, TomlError } from "smol-toml";
import { limits } from "#base/limits.ts";
import { listOf, object, optional, ShapeError, text, type Shape } from "#base/shape/shape.ts";
import { nearest, readSetting } from "../setting.ts";
import { declarationOf, isSettingName, settingNames, userSettingNames, type SettingName } from "../settings.ts";
import { pathKey, tomlPlaces, type TextPlace, type TomlPlace } from "./tomlPlaces.ts";

/** A value that somebody has written down, and where. */
export interface Given {
  readonly value: unknown;
  readonly at: TextPlace;
}
export type GivenSettings = ReadonlyMap<SettingName, Given>;

/** Settings under a name of their own, for the whole host. */
export interface NamedPolicy {
  readonly name: string;
  readonly at: TextPlace;
  readonly given: GivenSettings;
}

/** Settings for some users: those named, and the members of the groups; without both, everybody. */
export interface UserPolicy extends NamedPolicy {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What `holdfast.toml` says: every source of settings but the defaults. Policies are in the file's order. */
export interface Configuration {
  readonly listener: GivenSettings;
  readonly computerPolicies: readonly NamedPolicy[];
  readonly userPolicies: readonly UserPolicy[];
  readonly userAccounts: ReadonlyMap<string, NamedPolicy>;
}

export interface ConfigurationProblem extends TextPlace {
  readonly text: string;
}

export type ParsedConfiguration =
  | { readonly is: "read"; readonly configuration: Configuration }
  | { readonly is: "wrong"; readonly problems: readonly ConfigurationProblem[] };

/** Reads the text of `holdfast.toml`, or says all that is wrong with it, each with its place, in their order. */
export function parseConfiguration(toml: string): ParsedConfiguration {
  if (limits.policyFileBytes < toml.length) {
    return { is: "wrong", problems: [{ line: 1, column: 1, text: `is longer than ${limits.policyFileBytes} bytes` }] };
  }
  try {
    return new Reading(toml).read();
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "is no TOML"] = error.message.split("\n", 1);
    return { is: "wrong", problems: [{ line: error.line, column: error.column, text: what }] };
  }
}

class Reading {
  readonly #tables: Readonly<Record<string, unknown>>;
  readonly #places: ReadonlyMap<string, TomlPlace>;
  readonly #problems: ConfigurationProblem[] = [];

  /** Throws TomlError. */
  constructor(toml: string) {
    this.#tables = parse(toml, { unsafeKeyBehaviour: "throw" });
    this.#places = tomlPlaces(toml);
  }

  read(): ParsedConfiguration {
    const { ComputerPolicy, UserPolicy, UserAccount, ...own } = this.#tables;
    const configuration: Configuration = {
      listener: this.#settings([], own, settingNames),
      computerPolicies: this.#policies("ComputerPolicy", ComputerPolicy, settingNames),
      userPolicies: this.#policies("UserPolicy", UserPolicy, userSettingNames, whom).map((policy) => ({
        ...policy,
        ...this.#whom(policy.name),
      })),
      userAccounts: new Map(
        this.#policies("UserAccount", UserAccount, userSettingNames).map((account) => [account.name, account]),
      ),
    };
    this.#checkTogether([configuration.listener, ...configuration.computerPolicies.map(({ given }) => given)]);
    if (this.#problems.length === 0) return { is: "read", configuration };
    return { is: "wrong", problems: this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  }

  /** `[KIND.NAME]`, in the order of the file. */
  #policies(
    kind: string,
    value: unknown,
    known: readonly SettingName[],
    besides: readonly string[] = [],
  ): readonly NamedPolicy[] {
    if (value === undefined) return [];
    if (!isTable(value)) {
      this.#complain([kind], `must be a table: [${kind}.NAME]`);
      return [];
    }
    if (limits.policies < Object.keys(value).length) {
      this.#complain([kind], `has more than ${limits.policies} tables`);
      return [];
    }
    const policies = Object.entries(value).flatMap(([name, given]): NamedPolicy[] => {
      if (!isTable(given)) {
        this.#complain([kind, name], `must be a table: [${kind}.${name}]`);
        return [];
      }
      const settings = Object.fromEntries(Object.entries(given).filter(([key]) => !besides.includes(key)));
      return [{ name, at: this.#place([kind, name]).key, given: this.#settings([kind, name], settings, known) }];
    });
    // Keys that look like numbers come first in an object, wherever they stand.
    return policies.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  }

  #whom(policy: string): Pick<UserPolicy, "users" | "groups"> {
    const kinds = this.#tables["UserPolicy"];
    const table = isTable(kinds) ? kinds[policy] : undefined;
    try {
      const { Users = [], Groups = [] } = whomShape.parse(table);
      return { users: Users, groups: Groups };
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const [name = ""] = error.path.split("[", 1);
      this.#complain(["UserPolicy", policy, name], `must be a list of names: ${name} = ["…"]`, "value");
      return { users: [], groups: [] };
    }
  }

  #settings(
    path: readonly string[],
    given: Readonly<Record<string, unknown>>,
    known: readonly SettingName[],
  ): GivenSettings {
    const settings = new Map<SettingName, Given>();
    for (const [name, value] of Object.entries(given)) {
      if (!isSettingName(name)) {
        this.#complain([...path, name], `${name} is no setting${nearest(name, [...known, ...tables(path)])}`);
      } else if (!known.includes(name)) {
        this.#complain(
          [...path, name],
          `${name} is the same for the whole host: it cannot stand in [${path.join(".")}]`,
        );
      } else {
        const read = readSetting(declarationOf(name), value);
        if ("problem" in read) this.#complain([...path, name], `${name} ${read.problem}`, "value");
        else settings.set(name, { value: read.value, at: this.#place([...path, name]).key });
      }
    }
    return settings;
  }

  #checkTogether(sources: readonly GivenSettings[]): void {
    const given = (name: SettingName) => sources.find((each) => each.has(name))?.get(name);
    const [certificate, key] = [given("Certificate"), given("CertificateKey")];
    const alone = certificate ?? key;
    if (alone === undefined || (certificate !== undefined && key !== undefined)) return;
    this.#problems.push({
      ...alone.at,
      text: "Certificate and CertificateKey belong together; one of them is missing",
    });
  }

  #complain(path: readonly string[], problem: string, where: keyof TomlPlace = "key"): void {
    this.#problems.push({ ...this.#place(path)[where], text: problem });
  }

  #place(path: readonly string[]): TomlPlace {
    return this.#places.get(pathKey(path)) ?? { key: start, value: start };
  }
}

function tables(path: readonly string[]): readonly string[] {
  if (path.length === 0) return ["ComputerPolicy", "UserPolicy", "UserAccount"];
  return path[0] === "UserPolicy" ? whom : [];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

const whom: readonly string[] = ["Users", "Groups"];
const names: Shape<readonly string[]> = listOf(text, { atMost: limits.policyPrincipals });
const whomShape = object({ Users: optional(names), Groups: optional(names) });
const start: TextPlace = { line: 1, column: 1 };
