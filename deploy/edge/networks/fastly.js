
// The backend is called "origin"; what may be kept, and how long, is what the service says with each answer.
addEventListener('fetch', (event) => {
  event.respondWith(answer(event.request, (url, init) => fetch(url, { ...init, backend: 'origin' })));
});
