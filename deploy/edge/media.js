// Checks media tokens, so that a segment costs no request to Python.
//
// The address is /media/<token>/<package>/<file>; the token is
// <expiry>~<session>~<signature>, as matinee.kernel.tokens.MediaTokens makes it: the
// signature is HMAC-SHA-256 over <expiry>~<session>~<package>, base64url without padding.

import crypto from 'crypto';

const TOKEN = /^(\d{1,12})~([0-9a-f]{32})~([A-Za-z0-9_-]{43})$/;

// 'ok', 'expired' or 'wrong'. `r.uri` is normalised: what is checked is what is served.
function verdict(r) {
  const parts = r.uri.split('/');
  const token = parts[2];
  const pack = parts[3];
  const found = TOKEN.exec(token || '');
  if (!found || !pack) {
    return 'wrong';
  }
  const signed = `${found[1]}~${found[2]}~${pack}`;
  const expected = crypto.createHmac('sha256', media_keys.media).update(signed).digest('base64url');
  if (!isSame(expected, found[3])) {
    return 'wrong';
  }
  return Number(found[1]) * 1000 > Date.now() ? 'ok' : 'expired';
}

// Takes as long for a near miss as for a wild guess.
function isSame(one, other) {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) {
    difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  }
  return difference === 0;
}

export default { verdict };
