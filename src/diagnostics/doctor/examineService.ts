import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** The service itself, its configuration, its seats, and who may come. */
export function examineService(host: Examined): readonly Finding[] {
  return [...configuration(host), ...service(host)];
}

function configuration({ configurationProblems, folders }: Examined): readonly Finding[] {
  if (configurationProblems.length === 0) return [ok("configuration", `${folders.config} can be used`)];
  const more = configurationProblems.length === 1 ? "" : ` (and ${configurationProblems.length - 1} more)`;
  const mend = "mend the line; until then what was in force stays in force, and the service cannot be started anew";
  return [broken("configuration", `${configurationProblems[0]}${more}`, mend)];
}

function service({ service: asked, version, folders }: Examined): readonly Finding[] {
  if (asked.is === "silent") return [broken("service", asked.why, `holdfast serve --run ${folders.run}`)];
  const { status } = asked;
  const rows = [
    status.version === version
      ? ok("service", `Holdfast ${status.version} runs (process ${status.pid})`)
      : warning("service", `Holdfast ${status.version} runs, and ${version} is installed`, "holdfast restart"),
  ];
  for (const { session, version: spoken, attachable } of status.otherVersions ?? []) {
    if (attachable) continue;
    const evidence = `session ${session} is kept by a program that speaks contract ${spoken}: nobody can return to it`;
    rows.push(warning("service", evidence, `holdfast logoff ${session}, when its user can spare it`));
  }
  return [...rows, ...seats(status), ...logons(status)];
}

function seats({ seats: counted }: Status): readonly Finding[] {
  if (counted === undefined) return [];
  const { used, limit, because } = counted;
  const taken = `${used} of ${limit ?? "any number of"} seats are taken (${because})`;
  if (limit === undefined || used < limit) return [ok("seats", taken)];
  return [warning("seats", taken, "holdfast query session shows who; /admin comes in; the limit is MaxInstanceCount")];
}

function logons({ logonMode }: Status): readonly Finding[] {
  if (logonMode === undefined || logonMode === "enabled") return [];
  return [warning("logons", `new sign-ins are switched off (${logonMode})`, "holdfast change logon /enable")];
}

type Status = Extract<Examined["service"], { readonly is: "running" }>["status"];
