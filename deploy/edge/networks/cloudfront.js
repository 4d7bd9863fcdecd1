// For each request of a viewer ("viewer request", JavaScript runtime 2.0 of CloudFront).

const crypto = require('crypto');

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
