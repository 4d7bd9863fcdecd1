
export default {
  fetch(request) {
    return answer(request, (url, init, isKept) => fetch(url, { ...init, cf: { cacheEverything: isKept } }));
  },
};
