// Where a network runs programs with the web's own interfaces.

// Answers one request. `ask(url, init, isKept)` fetches through the network's cache, or past it.
async function answer(request, ask) {
  const url = new URL(request.url);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, 'method_not_allowed', 'Only GET and HEAD are answered here.');
  }
  if (url.pathname === '/edge/health') {
    return ask(`${SETTINGS.origin}/edge/health`, { method: request.method }, false);
  }
  const asked = MEDIA.exec(url.pathname);
  if (asked === null || asked[5].includes('..')) {
    return refusal(404, 'not_found', 'There is nothing at this address.');
  }
  const judged = await verdict(asked);
  if (judged !== 'ok') {
    const detail = `This media address is ${judged}. Start playback again to get a new one.`;
    return refusal(403, `media_token_${judged}`, detail);
  }
  // Whether a play is live, and may have its key, the service says each time.
  const isKept = !KEY.test(asked[5]);
  const path = isKept ? `/${asked[5]}${query(url)}` : url.pathname;
  return passed(await ask(`${SETTINGS.origin}/pull/${SETTINGS.pull_token}${path}`, init(request), isKept));
}

// 'ok', 'expired' or 'wrong'.
async function verdict(asked) {
  const secret = SETTINGS.keys[asked[2]];
  if (secret === undefined) {
    return 'wrong';
  }
  const bytes = (text) => new TextEncoder().encode(text);
  const how = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(secret), how, false, ['verify']);
  const signature = atob(asked[4].replace(/-/g, '+').replace(/_/g, '/') + '=');
  const signed = Uint8Array.from(signature, (letter) => letter.charCodeAt(0));
  if (!(await crypto.subtle.verify('HMAC', key, signed, bytes(`${asked[1]}~${asked[6]}`)))) {
    return 'wrong';
  }
  return Number(asked[3]) * 1000 > Date.now() ? 'ok' : 'expired';
}

function query(url) {
  if (!MANIFEST.test(url.pathname)) {
    return '';
  }
  const told = TOLD.filter((name) => url.searchParams.has(name));
  const parts = told.map((name) => `${name}=${encodeURIComponent(url.searchParams.get(name))}`);
  return parts.length ? `?${parts.join('&')}` : '';
}

// Nothing of the viewer goes further but which part of the file is wanted.
function init(request) {
  const range = request.headers.get('Range');
  return { method: request.method, headers: range === null ? {} : { Range: range } };
}

// What the service refuses here is no fault of the viewer's address, which was good.
function passed(response) {
  if (response.status !== 401 && response.status !== 403) {
    return response;
  }
  return refusal(503, 'origin_away', 'The service does not know this network. Give it its program again.');
}

function refusal(status, code, detail) {
  const problem = { type: `urn:matinee:problem:${code}`, title: 'Not served', status, code, detail };
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
  };
  return new Response(JSON.stringify(problem), { status, headers });
}
