import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import type { VideoStart } from "#contracts/videoEncoder.ts";
import { programFile } from "#system/programs.ts";
import { videoPath, type ServiceOptions } from "./serviceOptions.ts";
import { VideoEncoders } from "./videoEncoders.ts";

/** The processes that make H.264, started when they are wanted; undefined: nobody is to want them. */
export function openVideoEncoders(options: ServiceOptions): VideoEncoders | undefined {
  const { folders, settings, connectionUser, clock, log } = options;
  if (settings.VideoEncoder === "none") return undefined;
  return new VideoEncoders({
    path: videoPath(folders),
    group: connectionUser?.gid,
    fork: () => forkEncoder(options),
    // The other half of the host is its sessions'.
    atMost: Math.min(Math.ceil(availableParallelism() / 2), processesMax),
    clock,
    log,
  });
}

/** As connections, it gives up our rights before it touches anything of others (`bin/videoEncoder.ts`). */
function forkEncoder({ folders, connectionUser }: ServiceOptions): ChildProcess {
  const child = fork(programFile("videoEncoder"), [], {
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", "--single-threaded-gc"],
    env: { ...process.env, HOLDFAST_RUN: folders.run },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const start: VideoStart =
    connectionUser === undefined ? {} : { runAs: { uid: connectionUser.uid, gid: connectionUser.gid } };
  child.send(start);
  child.unref();
  return child;
}

const processesMax = 8;
