import { cover, type Rectangle } from "#base/geometry.ts";

/** Both, without those that are inside of others. */
export function united(before: readonly Rectangle[], areas: readonly Rectangle[]): readonly Rectangle[] {
  const kept = before.filter((each) => !areas.some((area) => isWithin(each, area)));
  return [...kept, ...areas.filter((area) => !kept.some((each) => isWithin(area, each)))];
}

/** Neighbours of one height as one, then those of one width below each other. */
export function joined(areas: readonly Rectangle[]): readonly Rectangle[] {
  const rows = joinedAlong(
    areas.toSorted((a, b) => a.y - b.y || a.x - b.x),
    (a, b) => a.y === b.y && a.height === b.height && a.x + a.width === b.x,
  );
  return joinedAlong(
    rows.toSorted((a, b) => a.x - b.x || a.y - b.y),
    (a, b) => a.x === b.x && a.width === b.width && a.y + a.height === b.y,
  );
}

function joinedAlong(
  areas: readonly Rectangle[],
  continues: (a: Rectangle, b: Rectangle) => boolean,
): readonly Rectangle[] {
  const result: Rectangle[] = [];
  for (const area of areas) {
    const last = result.at(-1);
    if (last !== undefined && continues(last, area)) result[result.length - 1] = cover(last, area);
    else result.push(area);
  }
  return result;
}

/** Whether all of `inner` lies inside of `outer`. */
export function isWithin(inner: Rectangle, outer: Rectangle): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
