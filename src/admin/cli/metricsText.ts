import type { adminContract } from "#contracts/admin.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { ConnectionFacts } from "#contracts/service.ts";

export interface MeasuredHost {
  readonly status: ReplyOf<(typeof adminContract)["calls"]["status"]>;
  readonly sessions: readonly SessionFacts[];
  readonly counters: { readonly created: number; readonly disconnected: number; readonly reconnected: number };
  readonly connections: readonly ConnectionFacts[];
}

/** What is known of a host and its connections in the text format that Prometheus reads (version 0.0.4). */
export function metricsText({ status, sessions, counters, connections }: MeasuredHost): string {
  const attached = sessions.filter(({ attachment }) => attachment !== undefined).length;
  const signedIn = connections.filter(({ authenticated }) => authenticated).length;
  return [
    family("holdfast_info", "gauge", "The version that runs", [{ labels: { version: status.version }, value: 1 }]),
    family("holdfast_sessions", "gauge", "Sessions by their state, as query session names it", [
      { labels: { state: "Active" }, value: attached },
      { labels: { state: "Disc" }, value: sessions.length - attached },
    ]),
    family("holdfast_connections", "gauge", "Clients that are connected", [
      { labels: { authenticated: "true" }, value: signedIn },
      { labels: { authenticated: "false" }, value: connections.length - signedIn },
    ]),
    status.seats === undefined
      ? ""
      : family("holdfast_seats_used", "gauge", "Seats that are taken", [{ labels: {}, value: status.seats.used }]),
    status.seats?.limit === undefined
      ? ""
      : family("holdfast_seats_limit", "gauge", "Seats in all", [{ labels: {}, value: status.seats.limit }]),
    family(
      "holdfast_session_changes_total",
      "counter",
      "Sessions created, disconnected and reconnected since the service started",
      Object.entries(counters).map(([change, value]) => ({ labels: { change }, value })),
    ),
    ...pictureFamilies(connections),
  ].join("");
}

/** How each picture is sent. */
function pictureFamilies(connections: readonly ConnectionFacts[]): readonly string[] {
  const all = connections.flatMap((facts) => {
    const { id, user = "", session, picture } = facts;
    const labels = { connection: String(id), user, session: session === undefined ? "" : String(session) };
    return picture === undefined ? [] : [{ labels, picture }];
  });
  const each = (value: (picture: Picture) => number | undefined): readonly Sample[] =>
    all.flatMap(({ labels, picture }) => sampleOf(labels, value(picture)));
  const eachOperation = (value: (count: Picture["operations"][number]) => number): readonly Sample[] =>
    all.flatMap(({ labels, picture }) =>
      picture.operations.map((count) => ({ labels: { ...labels, operation: count.operation }, value: value(count) })),
    );
  const delays = (of: (picture: Picture) => Picture["inputDelay"]): readonly Sample[] =>
    all.flatMap(({ labels, picture }) => [
      ...sampleOf({ ...labels, quantile: "0.5" }, inSeconds(of(picture)?.medianMs)),
      ...sampleOf({ ...labels, quantile: "0.99" }, inSeconds(of(picture)?.p99Ms)),
    ]);
  return [
    family(
      "holdfast_connection_frames_total",
      "counter",
      "Frames sent",
      each(({ frames }) => frames),
    ),
    family(
      "holdfast_connection_bytes_total",
      "counter",
      "Bytes of frames sent",
      each(({ bytes }) => bytes),
    ),
    family(
      "holdfast_connection_frames_in_flight",
      "gauge",
      "Frames not acknowledged yet",
      each((picture) => picture.framesInFlight),
    ),
    family(
      "holdfast_connection_round_trip_seconds",
      "gauge",
      "From a frame to its acknowledgement, smoothed",
      each(({ roundTripMs }) => inSeconds(roundTripMs)),
    ),
    family(
      "holdfast_connection_areas_total",
      "counter",
      "Areas by what was done with them",
      eachOperation(({ areas }) => areas),
    ),
    family(
      "holdfast_connection_operation_bytes_total",
      "counter",
      "Bytes by what was done, before bulk compression",
      eachOperation(({ bytes }) => bytes),
    ),
    family(
      "holdfast_connection_input_delay_seconds",
      "gauge",
      "From an input's arrival until the X server has it",
      delays(({ inputDelay }) => inputDelay),
    ),
    family(
      "holdfast_connection_key_to_frame_seconds",
      "gauge",
      "From a key's arrival to the next frame",
      delays(({ keyToFrame }) => keyToFrame),
    ),
  ];
}

type Picture = NonNullable<ConnectionFacts["picture"]>;

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function sampleOf(labels: Sample["labels"], value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels, value }];
}

/** Nothing where there is nothing to say. */
function family(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, value }) => {
    const words = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${words.length === 0 ? "" : `{${words.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}.\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function inSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
