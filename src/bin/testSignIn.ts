import { testSignIn as testOf } from "#diagnostics/signin/signInTest.ts";
import { seconds } from "#base/units.ts";
import { hostSettingsOf } from "#policy/configuration/resolution.ts";
import { readConfiguration } from "#service/configurationFile.ts";
import { chooseFolders, makeFolders, type FolderOptions } from "#system/folders.ts";

export interface TestSignInOptions {
  readonly folders: FolderOptions;
  readonly adminSocket: string;
  readonly user: string;
  readonly password: string;
  readonly json: boolean;
}

/** Tests a sign-in with the configuration that the service has. */
export async function testSignIn(
  options: TestSignInOptions,
): Promise<{ readonly exit: 0 | 1 | 2 | 5; readonly out?: string; readonly error?: string }> {
  const folders = chooseFolders(options.folders);
  const configured = readConfiguration(folders.config);
  if (configured.is === "wrong") return { exit: 2, error: `${configured.problems.join("\n")}\n` };
  makeFolders(folders);
  const { PamService, PamSeconds, StartWm, DesktopWidthMax, DesktopHeightMax } = hostSettingsOf(
    configured.configuration,
  );
  const { adminSocket, user, password, json } = options;
  return testOf({
    user,
    password,
    json,
    adminSocket,
    pamService: process.getuid?.() === 0 ? PamService : undefined,
    pamTakes: seconds(PamSeconds),
    startWm: StartWm,
    sizeMax: { width: DesktopWidthMax, height: DesktopHeightMax },
    runFolder: folders.run,
    stateFolder: folders.state,
  });
}
