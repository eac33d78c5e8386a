// Keeps the view at hand: the stream says that something is new, the same view is asked for
// again, and in the elements marked data-live what differs is put in place. So a list is as
// long as the server's answer, and no row is drawn here. Without this file the page is the
// same, one reload later.
const say = document.getElementById('stream');
const button = document.getElementById('pause');
const live = () => document.querySelectorAll('[data-live]');
let source, timer, asking, news = 0;

// within puts the children of fresh into old. Those with an id stay if they are equal, the
// others are made anew; one that has the focus is left alone.
function within(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const left = new Set(old.children);
  const known = new Map([...left].filter(child => child.id).map(child => [child.id, child]));
  let at = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const mine = known.get(child.id);
    if (!mine) {
      old.insertBefore(child, at);
      continue;
    }
    left.delete(mine);
    if (mine === at) at = at.nextElementSibling;
    else old.insertBefore(mine, at);
    if (!mine.isEqualNode(child) && !mine.contains(document.activeElement)) mine.replaceWith(child);
  }
  for (const child of left) if (!child.id || !child.contains(document.activeElement)) child.remove();
}

async function refresh() {
  timer = undefined;
  if (asking) return later();
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const old of live()) {
      const made = fresh.getElementById(old.id);
      if (made) within(old, made);
    }
  } finally {
    asking = false;
  }
}

// later asks at most four times a second, however much happens.
const later = () => { timer ??= setTimeout(refresh, 250); };

const paused = () => sessionStorage.getItem('paused') === 'yes';

// show says what the stream does. The browser says it aloud only when it changes.
function show(text) {
  if (say.textContent !== text) say.textContent = text;
  button.hidden = false;
  button.textContent = paused() ? (news ? `Go on (${news} new)` : 'Go on') : 'Pause';
}

function heard() {
  if (!paused()) return later();
  news++;
  show('Paused');
}

// listen holds one stream while somebody looks: a browser allows few connections to a host.
function listen() {
  source?.close();
  if (document.hidden) return;
  source = new EventSource('/api/events');
  source.onmessage = heard;
  source.onopen = () => { show(paused() ? 'Paused' : 'Live'); if (!paused()) later(); };
  source.onerror = () => show('Not connected: is the local cloud up?');
}

button.addEventListener('click', () => {
  sessionStorage.setItem('paused', paused() ? 'no' : 'yes');
  news = 0;
  show(paused() ? 'Paused' : 'Live');
  if (!paused()) later();
});

if (live().length) {
  document.addEventListener('visibilitychange', listen);
  listen();
}
