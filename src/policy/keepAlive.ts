import type { HostSettings } from "./settings.ts";

/**
 * How soon a vanished client is to be noticed, in seconds; 0: only when the network says so. KeepAliveEnable = 0 is the
 * strongest; then KeepAliveSeconds, ours; then Windows' KeepAliveInterval, in minutes; then 30 s.
 */
export function keepAliveLimit(
  settings: Pick<HostSettings, "KeepAliveEnable" | "KeepAliveInterval" | "KeepAliveSeconds">,
): number {
  const { KeepAliveEnable: enable, KeepAliveInterval: interval, KeepAliveSeconds: own } = settings;
  if (enable === 0) return 0;
  if (own !== undefined) return own;
  return interval === undefined ? usualSeconds : interval * 60;
}

const usualSeconds = 30;
