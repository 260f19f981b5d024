import type { WindowsKey } from "../setting.ts";

/** The registry's keys in which Windows keeps the settings of Remote Desktop Services, without their hive. */
export const windowsKeys: Readonly<Record<WindowsKey, string>> = {
  POL: String.raw`SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services`,
  "POL of users": String.raw`SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services`,
  RDPTCP: String.raw`SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp`,
  TSKEY: String.raw`SYSTEM\CurrentControlSet\Control\Terminal Server`,
  WINSTATIONS: String.raw`SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations`,
};
