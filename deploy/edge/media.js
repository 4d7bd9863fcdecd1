// Checks tokens, so that a segment costs no request to Python.
//
// A token is <kid>~<expiry>~<holder>~<signature>, as matinee.kernel.edge_tokens makes it: the
// signature is HMAC-SHA-256 by the key named <kid> over <kid>~<expiry>~<holder>~<scope>, base64url
// without padding. A media token's holder is a play session and its scope a package; a fill
// token's are an edge and '*', and so are those of what a commercial network pulls.
//
// Starting the script costs several times what the signature does. So a token that was found good
// is noted in shared memory (keyval) with its package, who showed it, the hundred seconds that it
// is good for and the name that its session has in the log; until those are over nginx compares texts
// and starts no script (`$media_verdict`).

import crypto from 'crypto';

const TOKEN = /^(k\d{1,6})~(\d{1,12})~([0-9a-f]{32})~([A-Za-z0-9_-]{43})$/;
const NOTED_S = 100;
const EVERY_PACKAGE = '*';
// A home with IPv4 and IPv6, and a phone on its way between networks; not a circle of friends.
const ADDRESSES_MAX = 4;

// 'ok', 'expired', 'wrong' or 'shared'.
function verdict(r) {
  const variables = r.variables;
  const token = TOKEN.exec(variables.media_token || '');
  const judged = judge(token, media_keys.media, variables.media_pack);
  if (judged !== 'ok') {
    return judged;
  }
  if (!mayAsk(token[3], variables.remote_addr)) {
    return 'shared';
  }
  // The log must not say which play it was, only that it was the same one.
  const viewer = crypto.createHash('sha256').update(token[3]).digest('hex').slice(0, 16);
  variables.viewer = viewer;
  if (Number(token[2]) >= (Number(variables.token_era) + 1) * NOTED_S) {
    variables.token_noted = `${variables.token_note}#${viewer}`;
  }
  return 'ok';
}

function fillVerdict(r) {
  return judge(TOKEN.exec(r.headersIn['X-Matinee-Fill'] || ''), media_keys.fill, EVERY_PACKAGE);
}

// A commercial network cannot be told a new token each day: its own stands in the addresses it asks for.
function pullVerdict(r) {
  return judge(TOKEN.exec(r.variables.pull_token || ''), media_keys.fill, EVERY_PACKAGE);
}

function judge(token, keys, scope) {
  const key = token ? keys[token[1]] : undefined;
  if (key === undefined || !scope) {
    return 'wrong';
  }
  const signed = `${token[1]}~${token[2]}~${token[3]}~${scope}`;
  const expected = crypto.createHmac('sha256', key).update(signed).digest('base64url');
  if (!isSame(expected, token[4])) {
    return 'wrong';
  }
  return Number(token[2]) * 1000 > Date.now() ? 'ok' : 'expired';
}

// Whether the session is seen at few addresses; they are forgotten with their entry.
function mayAsk(session, address) {
  const seen = ngx.shared.addresses.get(session);
  const known = seen ? seen.split(' ') : [];
  if (known.includes(address)) {
    return true;
  }
  if (known.length >= ADDRESSES_MAX) {
    return false;
  }
  known.push(address);
  ngx.shared.addresses.set(session, known.join(' '));
  return true;
}

// Takes as long for a near miss as for a wild guess.
function isSame(one, other) {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) {
    difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  }
  return difference === 0;
}

export default { verdict, fillVerdict, pullVerdict };
