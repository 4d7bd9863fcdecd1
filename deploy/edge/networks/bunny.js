
// A script has no cache: it asks the pull zone that has one.
BunnySDK.net.http.serve((request) => answer(request, (url, init) => fetch(url, init)));
