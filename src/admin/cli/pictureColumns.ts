import type { ConnectionFacts } from "#contracts/service.ts";

/** How one client's picture is sent: what a frame is made of, what that has taken, and how far the client is away. */
export function pictureColumns({ encoder, frames, bytes, roundTripMs, operations }: Picture): string {
  const away = roundTripMs === undefined ? "" : `, acknowledged within ${Math.round(roundTripMs)} ms`;
  const heading = `\n${encoder}: ${frames} frames, ${bytes} bytes${away}\n`;
  if (operations.length === 0) return heading;
  const cells = [
    ["OPERATION", "AREAS", "BYTES"],
    ...operations.map(({ operation, areas, bytes }) => [operation, String(areas), String(bytes)]),
  ];
  const [first = 0, second = 0, third = 0] = [0, 1, 2].map((column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return (
    heading +
    cells
      .map(([operation = "", areas = "", size = ""]) => {
        return ` ${operation.padEnd(first)}  ${areas.padStart(second)}  ${size.padStart(third)}\n`;
      })
      .join("")
  );
}

type Picture = NonNullable<ConnectionFacts["picture"]>;
