import { execFileSync } from "node:child_process";
import { writeSync } from "node:fs";
import { authenticatorAnswerShape, authenticatorStartShape, type AuthenticatorSays } from "#contracts/authenticator.ts";
import { LineInput } from "#system/authenticator/lineInput.ts";
import { signIn } from "#system/authenticator/signIn.ts";
import { setAlarm } from "#system/native/alarm.ts";
import { forbidDumps } from "#system/native/processControl.ts";

// One PAM conversation, spoken as `contracts/authenticator.ts` says, over standard input and output. Everything waits:
// whoever started this process kills it at his deadline.
forbidDumps();
const input = new LineInput(0);
const alarmAfter = 100;
const start = authenticatorStartShape.parse(JSON.parse(input.next() ?? "null"));
// For when he is no more: a module may hang for ever.
setAlarm(alarmAfter);
const outcome = signIn(start, {
  converse: (message) => {
    say(message);
    if (message.is === "notice") return undefined;
    const line = input.next();
    return line === undefined ? undefined : authenticatorAnswerShape.parse(JSON.parse(line)).answer;
  },
  begins: (step) => say({ is: "step", step }),
  isPasswordLocked: (user) => {
    // shadow(5): a password field that starts with "!" was locked by passwd -l or usermod -L.
    try {
      const entry = execFileSync("getent", ["shadow", "--", user], {
        timeout: 2000,
        stdio: ["ignore", "pipe", "ignore"],
      });
      return /^[^:]*:!./u.test(entry.toString());
    } catch (error) {
      // There is no such entry, or nobody to ask: then it is a wrong password as far as anybody knows.
      return !(error instanceof Error);
    }
  },
});
say({ is: "result", ...outcome });

function say(said: AuthenticatorSays): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}
