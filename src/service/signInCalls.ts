import type { ConnectionId } from "#base/ids.ts";
import type { serviceContract, SignInReply } from "#contracts/service.ts";
import type { Handlers } from "#system/rpc/serveContract.ts";
import type { ConnectionChronicle } from "./chronicle/connectionChronicle.ts";
import type { Reconnects } from "./reconnect.ts";
import type { SignIns } from "./signIn.ts";

export interface SignInCallsParts {
  readonly signIns: Pick<SignIns, "signIn" | "answer" | "abandon" | "offersNla" | "verifyNtlm">;
  readonly reconnects: Pick<Reconnects, "reconnect">;
  /** Writes down who says who he is, and who is it. */
  readonly witness: Pick<ConnectionChronicle, "receiveClaim" | "receiveProof" | "receiveSignInRefused">;
  readonly nlaRequired: boolean;
}

/** The connection that asks. */
export interface AskingConnection {
  readonly id: ConnectionId | undefined;
  readonly address: string;
}

type Calls = Pick<Handlers<typeof serviceContract>, "offersNla" | "verifyNtlm" | "signIn" | "answer" | "reconnect">;

/** The sign-ins of one connection process. `abandon`: it has ended, and questions that stand are given up with it. */
export function signInCalls(
  { signIns, reconnects, witness, nlaRequired }: SignInCallsParts,
  asking: () => AskingConnection,
): { readonly calls: Calls; abandon(): void } {
  const questions = new Set<string>();
  let isGone = false;
  let claimed = { user: "", nla: false };
  const noteClaim = (user: string, nla: boolean): void => {
    claimed = { user, nla };
    witness.receiveClaim(asking().id, user);
  };
  const noted = (reply: SignInReply): SignInReply => {
    const { id } = asking();
    if (reply.is === "signedIn") witness.receiveProof(id, reply.user, { nla: claimed.nla });
    if (reply.is === "refused") witness.receiveSignInRefused(id, claimed.user, reply.refusal);
    if (reply.is !== "prompt") return reply;
    if (isGone) signIns.abandon(reply.conversation);
    else questions.add(reply.conversation);
    return reply;
  };
  const calls: Calls = {
    offersNla: async ({ cookie }) => ({
      nla: nlaRequired || (cookie !== undefined && signIns.offersNla(cookie)),
    }),
    verifyNtlm: async (request) => {
      noteClaim(request.user, true);
      const reply = await signIns.verifyNtlm(request, asking().address);
      if (reply.is === "refused") {
        const code = reply.why === "notEnrolled" ? "HF-SIGN-07" : "HF-SIGN-01";
        witness.receiveSignInRefused(asking().id, claimed.user, { code, user: claimed.user });
      }
      return reply;
    },
    signIn: async (request) => {
      noteClaim(request.user, request.nla);
      return noted(await signIns.signIn(request));
    },
    answer: async ({ conversation, answer }) => {
      questions.delete(conversation);
      return noted(await signIns.answer(conversation, answer));
    },
    reconnect: async (request) => {
      const reply = await reconnects.reconnect(request);
      if (reply.is === "signedIn") witness.receiveProof(asking().id, reply.user, { nla: false });
      return reply;
    },
  };
  return {
    calls,
    abandon: () => {
      isGone = true;
      for (const conversation of questions) signIns.abandon(conversation);
    },
  };
}
