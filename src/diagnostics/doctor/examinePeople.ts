import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPamRules } from "#system/pam/pamRules.ts";
import { deniesEverybody } from "#system/pam/pamVerdict.ts";
import { systemUsers } from "#system/users.ts";
import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** Who can sign in, and by what rules: PAM, the account of connections, the administrators. */
export async function examinePeople(host: Examined): Promise<readonly Finding[]> {
  const isSingleUser = host.service.is === "running" && host.service.status.singleUser;
  if (isSingleUser) return [ok("sign-in", "single user: only the user who started the service signs in")];
  return [...pam(host), ...(await account()), ...(await administrators(host))];
}

/** The service's file, and everything that it includes, down to the modules. */
function pam({ root, settings }: Examined): readonly Finding[] {
  const chosen = [settings.PamService, "login"].find((name) => existsSync(join(root, "etc/pam.d", name)));
  if (chosen === undefined) {
    return [
      broken("sign-in", `there is no /etc/pam.d/${settings.PamService}: nobody can sign in`, "npm start writes it"),
    ];
  }
  const { rules, files, missing } = readPamRules(chosen, root);
  const absent = rules.filter((rule) => !rule.mayBeMissing && !hasModule(root, rule.module));
  const rows = [...missing, ...absent.map(({ module, place }) => `${module}, which ${place} names`)].map((what) =>
    broken("sign-in", `missing: ${what}`, "install the package that has it, or mend the file"),
  );
  for (const [kind, what] of kinds) {
    const denial = deniesEverybody(rules, kind);
    if (denial === undefined) continue;
    rows.push(broken("sign-in", `${denial.place} (${denial.module}) refuses everybody ${what}`, "mend the rule"));
  }
  if (chosen !== settings.PamService) {
    rows.push(
      warning(
        "sign-in",
        `there is no /etc/pam.d/${settings.PamService}; login's rules are used`,
        "npm start writes it",
      ),
    );
  }
  if (0 < rows.length) return rows;
  return [ok("sign-in", `by /etc/pam.d/${chosen} and what it includes (${files} files)`)];
}

function hasModule(root: string, name: string): boolean {
  if (name.startsWith("/")) return existsSync(join(root, name));
  return moduleFolders.some((folder) => existsSync(join(root, folder, name)));
}

async function account(): Promise<readonly Finding[]> {
  if ((await systemUsers.byName("holdfast")) !== undefined) return [];
  return [broken("sign-in", "there is no user “holdfast”, whom connections run as", "npm start makes it")];
}

async function administrators({ settings }: Examined): Promise<readonly Finding[]> {
  const group = await systemUsers.groupByName(settings.Administrators);
  if (group !== undefined) return [ok("administrators", `root and the group “${settings.Administrators}”`)];
  const what = `there is no group “${settings.Administrators}”: only root comes in by /admin`;
  return [warning("administrators", what, `groupadd ${settings.Administrators}, or the setting Administrators`)];
}

const kinds = [
  ["auth", "the sign-in"],
  ["account", "the use of his account"],
  ["session", "a session"],
] as const;
const moduleFolders = [
  "lib/security",
  "lib64/security",
  "usr/lib/security",
  "usr/lib64/security",
  ...["x86_64", "aarch64", "riscv64", "i386"].flatMap((name) => [
    `lib/${name}-linux-gnu/security`,
    `usr/lib/${name}-linux-gnu/security`,
  ]),
];
