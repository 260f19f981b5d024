import { desktopSettings } from "./settings/desktopSettings.ts";
import { entrySettings } from "./settings/entrySettings.ts";
import { seatSettings } from "./settings/seatSettings.ts";
import { staySettings } from "./settings/staySettings.ts";
import { watchSettings } from "./settings/watchSettings.ts";
import type { Setting, Settings } from "./setting.ts";

/** Every setting of a host. Names that Windows has are Windows'. `holdfast.toml` gives them as `Name = value`. */
export const hostSettings = {
  ...entrySettings,
  ...seatSettings,
  ...staySettings,
  ...desktopSettings,
  ...watchSettings,
} as const;
export type HostSettings = Settings<typeof hostSettings>;
export type SettingName = keyof HostSettings;

/** The settings that may differ from user to user: user policies and accounts may give them, too. */
export const userSettingNames = [
  "MaxDisconnectionTime",
  "MaxIdleTime",
  "MaxConnectionTime",
  "fResetBroken",
  "fReconnectSame",
] as const satisfies readonly SettingName[];
export type UserSettings = Pick<HostSettings, (typeof userSettingNames)[number]>;

export const settingNames: readonly SettingName[] = Object.keys(hostSettings).filter(isSettingName);

/** One declaration, whatever its type. */
export function declarationOf(name: SettingName): Setting<unknown> {
  return hostSettings[name] as Setting<unknown>;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(hostSettings, name);
}
