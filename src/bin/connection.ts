import { createSecureContext } from "node:tls";
import { flushCompileCache } from "node:module";
import { Socket } from "node:net";
import { seconds } from "#base/units.ts";
import { microsecondClock, TraceRecorder } from "#base/trace/traceRecorder.ts";
import { frameBytesOf, frameKernels } from "#codecs/kernels/frameKernels.ts";
import { kernelTileEncoder } from "#codecs/kernels/kernels.ts";
import { connectionStartShape, handoverShape } from "#contracts/service.ts";
import { Connection, type ConnectionParts } from "#connection/connection.ts";
import { VideoLink } from "#connection/videoLink.ts";
import { loadX11Extensions } from "#desktop/x11/x11Extensions.ts";
import type { StartFrameKernels } from "#pipeline/frameWork.ts";
import { chooseEncoder } from "#pipeline/encoderChoice.ts";
import { TileNames } from "#pipeline/encoders/tileNames.ts";
import { systemClock } from "#system/clock.ts";
import { loadKernels, startKernels, type CompiledKernels } from "#system/kernels.ts";
import { openLog } from "#system/log.ts";
import { forbidDumps, forbidNewPrivileges, setProcessName } from "#system/native/processControl.ts";
import { setOomScore } from "#system/oomScore.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import { tracedLog } from "#system/trace/tracedLog.ts";

// One client. The service sends two messages over this process's own channel: how to start, and later the client's
// socket; then the channel is closed, and this process lives as long as its client, whatever becomes of the service.
type Prepared = Omit<ConnectionParts, "recorder">;
const log = openLog({ to: "stderr" });
let parts: Prepared | undefined;
process.on("SIGHUP", () => {});
process.on("SIGINT", () => {});
process.on("message", (message: unknown, handle: unknown) => {
  if (parts === undefined) parts = prepare(message);
  else if (handle instanceof Socket) serve(parts, message, handle);
});
let served = false;
process.on("disconnect", leaveUnserved);
// It may have happened while the program was being loaded.
if (!process.connected) leaveUnserved();

/** The service went away before it gave a client. */
function leaveUnserved(): void {
  if (!served) process.exit(0);
}

/** Everything is loaded now; from here on there are no rights to lose. */
function prepare(message: unknown): Prepared {
  const start = connectionStartShape.parse(message);
  const kernels = loadKernels();
  const running = kernels === undefined ? undefined : startKernels(kernels);
  const tiles = running === undefined ? {} : { encodeTile: kernelTileEncoder(running) };
  const streams = start.video === undefined ? undefined : new VideoLink({ ...start.video, clock: systemClock });
  const { certificatePem, keyPem } = start.certificate;
  // All that this host has which nobody else knows, and that stays when it is started again.
  const tileNamesOf = (user: string): TileNames => new TileNames(Buffer.from(keyPem), user);
  const secureContext = createSecureContext({ cert: certificatePem, key: keyPem, minVersion: "TLSv1.2" });
  loadX11Extensions();
  flushCompileCache();
  if (start.runAs !== undefined) {
    // The service is kept; what serves one client is not.
    setOomScore(0);
    process.setgroups?.([start.runAs.gid]);
    process.setgid?.(start.runAs.gid);
    process.setuid?.(start.runAs.uid);
  }
  forbidNewPrivileges();
  forbidDumps();
  return {
    start,
    secureContext,
    clock: systemClock,
    random: systemRandomBytes,
    log,
    collectGarbage: () => void globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }),
    ...(kernels === undefined ? {} : { startKernels: startFrames(kernels) }),
    tileNamesOf,
    chooseEncoder: (capable, graphics) =>
      // Nobody's: those of our own screens.
      chooseEncoder(capable, { graphics, ...tiles, names: tileNamesOf(""), streams, colours: start.video?.colours }),
  };
}

/**
 * The pictures of each size have kernels of their own, in a memory that has room for them, and the desktop's file in
 * it.
 */
function startFrames(kernels: CompiledKernels): StartFrameKernels {
  return (size, file) => frameKernels(startKernels(kernels, { frameBytes: frameBytesOf(size), file }), size);
}

function serve(ready: Prepared, message: unknown, socket: Socket): void {
  served = true;
  const handover = handoverShape.parse(message);
  setProcessName(`connection ${handover.connection}`);
  const recorder = new TraceRecorder({
    process: { kind: "connection", id: handover.connection },
    ringBytes: (ready.start.settings.traceRingKilobytes ?? 0) << 10,
    now: microsecondClock(systemClock),
  });
  const own = { ...ready, recorder, log: tracedLog(log.with({ connection: handover.connection }), recorder) };
  new Connection(own, handover, socket, leave).begin();
}

/** Whatever still hangs then has nothing to do with the client any more. */
function leave(): void {
  setTimeout(() => process.exit(0), seconds(3)).unref();
}
