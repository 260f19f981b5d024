import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Pixels } from "#base/pixels.ts";
import { limits } from "#base/limits.ts";
import type { ReplayOrder } from "#contracts/orders.ts";
import { pngOf } from "../client/png.ts";
import { runAgain, type RunAgain } from "./differences.ts";
import { recordedStreams, type RecordedStream } from "./recordedStreams.ts";
import { replayScreen, type PicturesReply } from "./replayedScreen.ts";
import { replayedStream, type ReplayedRecord, type ReplayedStream } from "./replayedStreams.ts";
import { recordLine, runAgainText, streamHeading } from "./replayText.ts";
import { reportPage } from "../report/reportPage.ts";
import { readTraceParts, type TraceParts } from "./traceParts.ts";

export interface ReplayOutcome {
  readonly exit: 0 | 1;
  readonly out?: string;
  readonly error?: string;
}

/** Plays a trace. 0: it was read, and today's answers are those of then; 1: it was not, or they are not. */
export async function replay(order: ReplayOrder): Promise<ReplayOutcome> {
  const read = await readTraceParts(order.file);
  if (read.is === "unreadable") return { exit: 1, error: `${read.why}\n` };
  const all = recordedStreams(read.parts);
  if (order.report !== undefined) return writeReport(order.report, read.parts);
  const problem = all.every(({ records }) => records.length === 0) ? all[0]?.problem : undefined;
  if (problem !== undefined) return { exit: 1, error: `${order.file} cannot be played: ${problem}.\n` };
  const chosen = all.filter(
    ({ process }) =>
      order.connection === undefined || (process.kind === "connection" && process.id === order.connection),
  );
  if (chosen.length === 0) return { exit: 1, error: `${nothingOf(order, all)}\n` };
  const start = Math.min(...all.flatMap(({ records }) => records.slice(0, 1).map(({ at }) => at)));
  const outcomes: Outcome[] = [];
  for (const stream of chosen) outcomes.push(await playStream(stream, start, order));
  const exit = outcomes.some(
    ({ again, told, pictures }) => isBad(again) || told.problem !== undefined || isNot(pictures),
  )
    ? 1
    : 0;
  return order.json ? { exit, out: `${JSON.stringify(jsonOf(start, outcomes))}\n` } : { exit };
}

function writeReport(path: string, parts: TraceParts): ReplayOutcome {
  try {
    writeFileSync(path, reportPage(parts), { mode: 0o600 });
    return { exit: 0 };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { exit: 1, error: `The report cannot be written: ${error.message}\n` };
  }
}

interface Outcome {
  readonly told: ReplayedStream;
  /** undefined: it is not the record of a connection. */
  readonly again: RunAgain | undefined;
  readonly pictures: PicturesReply | undefined;
}

async function playStream(stream: RecordedStream, start: number, order: ReplayOrder): Promise<Outcome> {
  const whole = replayedStream(stream, start);
  const told = { ...whole, records: whole.records.filter(({ offset }) => isWithin(offset, order)) };
  const again = stream.process.kind === "connection" ? runAgain(stream) : undefined;
  if (!order.json) {
    await order.print(streamHeading(told));
    await printRecords(told.records, order);
    if (again !== undefined) await order.print(runAgainText(again));
  }
  const isShown = stream.process.kind === "connection" || stream.process.kind === "probe";
  const pictures = order.pictures === undefined || !isShown ? undefined : writePictures(stream, start, order);
  if (!order.json && pictures !== undefined) await order.print(picturesText(pictures, order.pictures ?? ""));
  return { told, again, pictures };
}

async function printRecords(records: readonly ReplayedRecord[], { speed, print }: ReplayOrder): Promise<void> {
  if (speed === undefined) {
    for (let at = 0; at < records.length; at += linesAtOnce)
      await print(
        records
          .slice(at, at + linesAtOnce)
          .map(recordLine)
          .join(""),
      );
    return;
  }
  let before = records[0]?.offset ?? 0;
  for (const record of records) {
    const pause = ((record.offset - before) * 1000) / speed;
    if (1 <= pause) await delay(pause);
    before = record.offset;
    await print(recordLine(record));
  }
}

/** A PNG for each frame, or for the one that stood at a time: `c12-0001-0000012.345678.png`. */
function writePictures(stream: RecordedStream, start: number, order: ReplayOrder): PicturesReply {
  const folder = order.pictures ?? ".";
  const { pictureAt } = order;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  let written = 0;
  const write = (pixels: Pixels, offset: number): void => {
    const name = `c${stream.process.id}-${String(count).padStart(4, "0")}-${offset.toFixed(6).padStart(14, "0")}.png`;
    writeFileSync(join(folder, name), pngOf(pixels), { mode: 0o600 });
    written++;
  };
  let standing: { readonly png: Buffer; readonly offset: number } | undefined;
  const reply = replayScreen(stream, (pixels, at) => {
    count++;
    const offset = (at - start) / 1e6;
    if (pictureAt !== undefined) {
      if (offset <= pictureAt) standing = { png: pngOf(pixels), offset };
    } else if (isWithin(offset, order) && written < limits.replayPictures) write(pixels, offset);
  });
  if (standing !== undefined) {
    const name = `c${stream.process.id}-at-${standing.offset.toFixed(6).padStart(14, "0")}.png`;
    writeFileSync(join(folder, name), standing.png, { mode: 0o600 });
    written++;
  }
  return reply.is === "shown" ? { ...reply, written } : reply;
}

function picturesText(reply: PicturesReply, folder: string): string {
  if (reply.is === "notShown") return `  - no pictures: ${reply.why}\n`;
  const undecoded =
    reply.undecoded.length === 0 ? "" : `; not drawn, for it is not decoded here: ${reply.undecoded.join(", ")}`;
  return `  # ${reply.written} of ${reply.frames} pictures are in ${folder}${undecoded}\n`;
}

function nothingOf({ file, connection }: ReplayOrder, all: readonly RecordedStream[]): string {
  const ids = all.filter(({ process }) => process.kind === "connection").map(({ process }) => process.id);
  const has = ids.length === 0 ? "it has none" : `it has ${ids.join(", ")}`;
  return connection === undefined
    ? `There are no records in ${file}.`
    : `There is no connection ${connection} in ${file}: ${has}.`;
}

function isWithin(offset: number, { from, to }: ReplayOrder): boolean {
  return (from ?? 0) <= offset && offset <= (to ?? Number.POSITIVE_INFINITY);
}

function isBad(again: RunAgain | undefined): boolean {
  return again?.is === "different";
}

function isNot(pictures: PicturesReply | undefined): boolean {
  return pictures?.is === "notShown";
}

function jsonOf(start: number, outcomes: readonly Outcome[]): unknown {
  return {
    start: new Date(start / 1000).toISOString(),
    streams: outcomes.map(({ told, again, pictures }) => ({
      process: told.process,
      file: told.file,
      problem: told.problem ?? null,
      records: told.records,
      again: again ?? null,
      pictures: pictures ?? null,
    })),
  };
}

const linesAtOnce = 1000;
