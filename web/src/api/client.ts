// Requests in the name of whoever is signed in. A refused token is renewed once.
import { accessToken, accessTokenInsteadOf } from "../session/session";
import { Problem } from "./problem";
import { bodyOf, exchange, type Exchange } from "./transport";

/** Sends a request with the access token and gives the whole answer. */
export async function ask(path: string, request: Omit<Exchange, "token"> = {}): Promise<Response> {
  const token = await accessToken();
  try {
    return await exchange(path, { ...request, token });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    return exchange(path, { ...request, token: await accessTokenInsteadOf(token) });
  }
}

/** Sends a request with the access token and gives the answer's body. */
export async function call<T>(path: string, request: Omit<Exchange, "token"> = {}): Promise<T> {
  return bodyOf<T>(await ask(path, request));
}
