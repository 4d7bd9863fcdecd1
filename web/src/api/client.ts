// Requests in the name of whoever is signed in. A refused token is renewed once; what asks who is
// there first is sent again after that was shown.
import { accessToken, accessTokenInsteadOf } from "../session/session";
import { stepUp, STEP_UP_NEEDED } from "../session/stepUp";
import { Problem } from "./problem";
import { bodyOf, exchange, type Exchange } from "./transport";

type Request = Omit<Exchange, "token">;

async function askWithToken(path: string, request: Request): Promise<Response> {
  const token = await accessToken();
  try {
    return await exchange(path, { ...request, token });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return exchange(path, { ...request, token: await accessTokenInsteadOf(token) });
  }
}

/** Sends a request with the access token and gives the whole answer. */
export async function ask(path: string, request: Request = {}): Promise<Response> {
  try {
    return await askWithToken(path, request);
  } catch (error) {
    const isAsked = error instanceof Problem && error.code === STEP_UP_NEEDED;
    if (!isAsked || !(await stepUp())) throw error;
    return askWithToken(path, request);
  }
}

/** Sends a request with the access token and gives the answer's body. */
export async function call<T>(path: string, request: Request = {}): Promise<T> {
  return bodyOf<T>(await ask(path, request));
}
