import { converted, integer, number, object, optional, ShapeError, text, type Shape } from "#base/shape/shape.ts";
import { wallTime } from "#base/units.ts";
import { attachmentShape, sessionIdShape, type SessionFacts } from "./facts.ts";
import { keeperContract, type SessionEnd } from "./keeper.ts";

/**
 * The contract for a keeper of a version that is outside of ours: it is spoken to in its own version, and asked only
 * for what stays the same in all versions, older and newer. INVARIANT, for every version to come: the calls `facts`,
 * `disconnect` and `end` take what they take now, `facts` gives at least `id`, `user` and `uid`, and `ended` is its
 * last news. What else is asked of it is answered as it likes.
 */
export function otherKeeperContract(version: number): typeof keeperContract {
  const { calls, serverNews } = keeperContract;
  return {
    ...keeperContract,
    version,
    oldest: version,
    calls: { ...calls, facts: { ...calls.facts, reply: factsOfAnyVersion } },
    serverNews: { ...serverNews, facts: factsOfAnyVersion, ended: { parse: () => ({ end: endOfAnyVersion }) } },
  };
}

const whoShape = object({ id: sessionIdShape, user: text, uid: integer({ from: 0, to: 0xffffffff }) });
const timeShape = converted(number, wallTime);
const processShape = integer({ from: 0, to: 0x7fffffff });

/** What else is known of it, one by one: what is of another form is as if it were not there. */
const factsOfAnyVersion: Shape<SessionFacts> = {
  parse: (value, path) => {
    const known = <T>(name: keyof SessionFacts, shape: Shape<T>): T | undefined => memberOf(value, name, shape);
    const createdAt = known("createdAt", timeShape) ?? wallTime(0);
    const attachment = known("attachment", optional(attachmentShape));
    const detachedAt = known("detachedAt", optional(timeShape));
    return {
      ...whoShape.parse(value, path),
      createdAt,
      ready: true,
      ...(attachment === undefined ? {} : { attachment }),
      ...(detachedAt === undefined ? {} : { detachedAt }),
      lastInputAt: known("lastInputAt", timeShape) ?? createdAt,
      display: known("display", processShape) ?? -1,
      desktop: known("desktop", text) ?? "",
      keeperPid: known("keeperPid", processShape) ?? 0,
      serverPid: known("serverPid", processShape) ?? 0,
      leaderPid: known("leaderPid", processShape) ?? 0,
    };
  },
};

function memberOf<T>(value: unknown, name: string, shape: Shape<T>): T | undefined {
  try {
    return shape.parse(Reflect.get(Object(value), name), name);
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

const endOfAnyVersion: SessionEnd = {
  cause: "signedOut",
  culprit: "keeper",
  sentence: "The session has ended.",
  log: [],
};
