// What CloudFront runs for each request of a viewer ("viewer request", JavaScript runtime 2.0).
//
// A viewer's address is /media/<token>/<path>. The token is checked here, as matinee.kernel.edge_tokens
// makes it (HMAC-SHA-256 over <kid>~<expiry>~<session>~<package>), so that the cache holds each file once
// and hands it to nobody whose token does not open it. The service is asked for /pull/<pull token>/<path>:
// the pull token is this network's own, so what lies in the cache has an address that nobody can guess.

const crypto = require('crypto');

const MEDIA = /^\/media\/((k\d{1,6})~(\d{1,12})~[0-9a-f]{32})~([\w-]{43})\/(([A-Za-z0-9][\w.-]{0,99})\/[\w./-]+)$/;
const KEY = /^[^/]+\/key$/;
const MANIFEST = /\.(?:mpd|m3u8)$/;
// What of a manifest's query changes the manifest; all else, CMCD above all, must not part the cache.
const TOLD = ['mix', 'steering'];

function handler(event) {
  const request = event.request;
  if (request.uri === '/edge/health') {
    return request;
  }
  const asked = MEDIA.exec(request.uri);
  if (asked === null || asked[5].indexOf('..') !== -1) {
    return refusal(404, 'not_found', 'There is nothing at this address.');
  }
  const judged = verdict(asked);
  if (judged !== 'ok') {
    const detail = 'This media address is ' + judged + '. Start playback again to get a new one.';
    return refusal(403, 'media_token_' + judged, detail);
  }
  // Whether a play is live, and may have its key, the service says each time: it forbids to keep that.
  const isKey = KEY.test(asked[5]);
  request.querystring = MANIFEST.test(request.uri) ? told(request.querystring) : {};
  request.uri = '/pull/' + SETTINGS.pull_token + (isKey ? request.uri : '/' + asked[5]);
  return request;
}

// 'ok', 'expired' or 'wrong'.
function verdict(asked) {
  const secret = SETTINGS.keys[asked[2]];
  if (secret === undefined) {
    return 'wrong';
  }
  const signed = asked[1] + '~' + asked[6];
  const expected = crypto.createHmac('sha256', secret).update(signed).digest('base64url');
  if (!isSame(expected, asked[4])) {
    return 'wrong';
  }
  return Number(asked[3]) * 1000 > Date.now() ? 'ok' : 'expired';
}

// Takes as long for a near miss as for a wild guess.
function isSame(one, other) {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) {
    difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  }
  return difference === 0;
}

function told(query) {
  const kept = {};
  TOLD.forEach((name) => {
    if (query[name] !== undefined) {
      kept[name] = query[name];
    }
  });
  return kept;
}

function refusal(status, code, detail) {
  const problem = {
    type: 'urn:matinee:problem:' + code,
    title: 'Not served',
    status: status,
    code: code,
    detail: detail,
  };
  return {
    statusCode: status,
    statusDescription: problem.title,
    headers: {
      'access-control-allow-origin': { value: '*' },
      'cache-control': { value: 'no-store' },
      'content-type': { value: 'application/problem+json' },
    },
    body: JSON.stringify(problem),
  };
}
