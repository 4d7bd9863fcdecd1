// A viewer's address is /media/<token>/<path>. The token is checked here, as matinee.kernel.edge_tokens
// makes it (HMAC-SHA-256 over <kid>~<expiry>~<session>~<package>), so that the cache holds each file once
// and hands it to nobody whose token does not open it. The service is asked for /pull/<pull token>/<path>:
// the pull token is this network's own, so what lies in the cache has an address that nobody can guess.

const MEDIA = /^\/media\/((k\d{1,6})~(\d{1,12})~[0-9a-f]{32})~([\w-]{43})\/(([A-Za-z0-9][\w.-]{0,99})\/[\w./-]+)$/;
const KEY = /^[^/]+\/key$/;
const MANIFEST = /\.(?:mpd|m3u8)$/;
// What of a manifest's query changes the manifest; all else, CMCD above all, must not part the cache.
const TOLD = ['mix', 'steering'];

