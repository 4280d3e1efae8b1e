// The chat page. Knows: a token of this tab, messages on their way, answers already shown. Keeps nothing else, and
// nothing outside this tab: the phone may be shared. Plain ES2018 for old Android browsers.
'use strict';
(function () {
  const LIMIT = 10000;          // UTF-16 units: never more characters than the server allows
  const FIRST_BYTE = 12;        // seconds; a stream that stays dumb is held back by some proxy on the way
  const SILENCE = 40;           // seconds without a heartbeat: the line is dead even if nobody said so
  const POST_PATIENCE = 25;     // seconds for one try
  const POLL_EVERY = 3000;
  const GREETING_AFTER = 1000;  // what the server still has arrives sooner
  const DOTS_AFTER = 700;       // a quick answer needs no "Đang trả lời"
  const SLOW_AFTER = 20000;
  const NEUTRAL_PAGE = 'https://www.google.com/search?q=thoi+tiet';

  const words = JSON.parse(document.body.dataset.words);
  const at = id => document.getElementById(id);
  const log = at('log'), question = at('question'), dialog = at('dialog'), root = document.documentElement;
  const canStream = Boolean(window.ReadableStream && window.TextDecoder && 'body' in Response.prototype);

  // --- What this tab remembers. A frame on a portal may be forbidden to store anything: then memory must do.

  function remembered(name) {
    try { return sessionStorage.getItem(name); } catch (refused) { return null; }
  }

  function remember(name, value) {
    try {
      if (value) sessionStorage.setItem(name, value); else sessionStorage.removeItem(name);
    } catch (refused) { /* until the tab closes, then */ }
  }

  function randomHex(bytes) {
    return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), byte => ('0' + byte.toString(16)).slice(-2)).join('');
  }

  // --- One conversation; erasing ends it and begins another. Every loop holds its own and stops when it is over.

  let chat;

  function begin(token, greeted) {
    remember('t', token);
    chat = {
      token, greeted, over: false, held: false, delivering: false,
      queue: [], shown: new Set(), last: '', heardAt: Date.now(), offline: false,
      flight: null, awaiting: false, waits: [],
      calls: new Set(), sleepers: new Set(),
    };
    listen(chat);
  }

  function end(mine) {
    mine.over = true;
    mine.calls.forEach(controller => controller.abort());
    wake(mine);
    answered(mine);
    remember('t', '');
  }

  function pause(mine, milliseconds) {
    return new Promise(done => {
      const rise = () => { clearTimeout(timer); mine.sleepers.delete(rise); done(); };
      const timer = setTimeout(rise, milliseconds);
      mine.sleepers.add(rise);
    });
  }

  function wake(mine) {
    mine.sleepers.forEach(rise => rise());
  }

  function growing(failures) { // 1, 2, 4 … 30 s, spread so that a thousand phones do not come back in one instant
    return Math.min(30, Math.pow(2, failures - 1)) * (500 + Math.random() * 500);
  }

  // A call that gives up after some seconds without a sign of life.
  function open(mine, path, patience, options) {
    const controller = new AbortController();
    let timer;
    const line = {
      alive(seconds) { clearTimeout(timer); timer = setTimeout(() => controller.abort(), seconds * 1000); },
      close() { clearTimeout(timer); mine.calls.delete(controller); controller.abort(); },
    };
    mine.calls.add(controller);
    line.alive(patience);
    const headers = Object.assign({ Authorization: 'Bearer ' + mine.token }, options.headers);
    line.response = fetch(path, Object.assign({}, options, {
      headers, signal: controller.signal, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer',
    }));
    return line;
  }

  async function post(mine, path, body) { // the status, 0 when nothing came back
    const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
    const line = open(mine, path, POST_PATIENCE, options);
    try {
      return (await line.response).status;
    } catch (lost) {
      return 0;
    } finally {
      line.close();
    }
  }

  // --- To the server: one at a time, in order, the same id until it is taken.

  function send(content, shownAs) {
    const note = shownAs === undefined ? document.createElement('p') : addOwn(shownAs);
    chat.queue.push({ body: JSON.stringify(Object.assign({ id: randomHex(16) }, content)), note });
    chat.greeted = true;
    if (!chat.delivering) deliver(chat);
  }

  async function deliver(mine) {
    mine.delivering = true;
    let failures = 0;
    while (mine.queue.length && !mine.over) {
      if (mine.held) { await pause(mine, 60000); continue; }
      const message = mine.queue[0];
      if (!failures) mine.awaiting = true; // a second try may come after the answer: the first one had arrived
      mine.flight = post(mine, 'chat/messages', message.body);
      const status = await mine.flight;
      if (mine.over) return;
      const refused = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
      if (refused || (status >= 200 && status < 300)) {
        mine.queue.shift();
        failures = 0;
        say(message.note, refused ? words.refused : '');
        if (refused) answered(mine);
        else if (mine.awaiting) expectAnswer(mine);
      } else {
        failures += 1;
        say(message.note, words.failed);
        await pause(mine, growing(failures));
      }
    }
    mine.delivering = false;
  }

  function say(place, text) { // the same words again would be read aloud again
    place.removeAttribute('aria-hidden');
    if (place.textContent !== text) place.textContent = text;
  }

  // --- From the server: a stream, or asking every few seconds where streams do not get through.

  async function listen(mine) {
    let streams = canStream, failures = 0;
    while (!mine.over) {
      const since = Date.now();
      let outcome;
      try {
        outcome = await (streams ? stream(mine) : poll(mine));
      } catch (lost) {
        outcome = 'lost';
      }
      if (mine.over) return;
      if (outcome === 'polled') {
        failures = 0;
        await pause(mine, POLL_EVERY);
        continue;
      }
      if (outcome === 'dumb') { streams = false; continue; }
      streams = canStream; // asking failed too: the line is gone, and the next one may be better
      failures = outcome === 'ended' && Date.now() - since > 5000 ? 1 : failures + 1;
      if (outcome === 'lost' && failures > 1) setOffline(mine, true);
      await pause(mine, growing(failures));
    }
  }

  function ask(mine, accept, patience) {
    const headers = { Accept: accept };
    if (mine.last) headers['Last-Event-ID'] = mine.last;
    return open(mine, 'chat/events', patience, { headers });
  }

  async function stream(mine) {
    const line = ask(mine, 'text/event-stream', FIRST_BYTE);
    const dumbAt = Date.now() + FIRST_BYTE * 1000 - 500;
    let heard = false;
    try {
      const response = await line.response;
      if (!response.ok) return 'failed';
      if (!response.body || !/event-stream/.test(response.headers.get('Content-Type'))) return 'dumb';
      const reader = response.body.getReader(), decoder = new TextDecoder();
      let rest = '';
      for (;;) {
        const part = await reader.read();
        if (part.done || mine.over) return 'ended';
        heard = true;
        line.alive(SILENCE);
        connected(mine);
        const blocks = (rest + decoder.decode(part.value, { stream: true })).split(/\r?\n\r?\n/);
        rest = blocks.pop();
        blocks.forEach(block => takeBlock(mine, block));
      }
    } catch (lost) {
      if (!heard && Date.now() >= dumbAt && navigator.onLine !== false) return 'dumb';
      throw lost;
    } finally {
      line.close();
    }
  }

  function takeBlock(mine, block) {
    let id = '';
    const data = [];
    block.split(/\r?\n/).forEach(line => {
      const field = /^(id|data): ?(.*)$/.exec(line); // lines that begin with a colon are the heartbeat
      if (field && field[1] === 'id') id = field[2];
      if (field && field[1] === 'data') data.push(field[2]);
    });
    if (data.length) take(mine, id, JSON.parse(data.join('\n')));
  }

  async function poll(mine) {
    const line = ask(mine, 'application/json', FIRST_BYTE);
    try {
      const response = await line.response;
      if (!response.ok) return 'failed';
      const events = (await response.json()).events;
      if (mine.over) return 'polled';
      connected(mine);
      events.forEach(event => take(mine, event.id, event.data));
      return 'polled';
    } finally {
      line.close();
    }
  }

  function connected(mine) {
    mine.heardAt = Date.now();
    if (mine.offline) { setOffline(mine, false); wake(mine); }
    if (mine.greeted) return;
    mine.greeted = true;
    setTimeout(() => {
      if (!mine.over && !mine.shown.size && !log.firstChild) send({ text: '/start' });
    }, GREETING_AFTER);
  }

  function take(mine, id, letter) {
    if (mine.over || mine.shown.has(id)) return;
    mine.shown.add(id);
    // Larger than a Number can hold exactly, so compared as text.
    if (id.length > mine.last.length || (id.length === mine.last.length && id > mine.last)) mine.last = id;
    answered(mine);
    addAnswer(letter);
  }

  function setOffline(mine, offline) {
    if (mine.offline === offline) return;
    mine.offline = offline;
    notice(offline ? words.offline : '');
  }

  function notice(text) {
    say(at('notice'), text);
    measure();
  }

  // --- Waiting for an answer: said once, late, and honestly when it takes long.

  function expectAnswer(mine) {
    const waiting = at('waiting');
    answered(mine);
    mine.waits = [
      setTimeout(() => { waiting.textContent = words.waiting; waiting.classList.add('dots'); }, DOTS_AFTER),
      setTimeout(() => { waiting.textContent = words.slow; waiting.classList.remove('dots'); }, SLOW_AFTER),
    ];
  }

  function answered(mine) {
    mine.awaiting = false;
    mine.waits.forEach(clearTimeout);
    at('waiting').textContent = '';
    at('waiting').classList.remove('dots');
  }

  // --- The log. Text goes in as text only, never as markup.

  let follow = true; // until the person scrolls by hand

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  }

  function addOwn(text) {
    const box = make('div', 'message own', '');
    const body = make('div', 'text', text), note = make('p', 'note', words.sending);
    body.dir = 'auto';
    note.setAttribute('aria-hidden', 'true'); // seen on a slow line; not worth reading aloud
    box.append(make('div', 'who', words.you), body, note);
    log.append(box);
    follow = true;
    box.scrollIntoView({ block: 'end' });
    return note;
  }

  function addAnswer(letter) {
    const box = make('div', 'message', ''), body = make('div', 'text', '');
    if (letter.urgent) {
      box.classList.add('urgent');
      box.setAttribute('role', 'alert');
      box.append(make('div', 'label', words.urgent_label));
    } else {
      box.append(make('div', 'who', words.us));
    }
    addLinked(body, letter.text);
    box.append(body);
    (letter.choices || []).forEach(choice => box.append(choiceButton(choice)));
    log.append(box);
    if (follow) beginning(box).scrollIntoView({ block: 'start' });
  }

  // Several messages may make one answer: it is read from its beginning, with the question above it if that is short.
  function beginning(box) {
    for (let before = box; before; before = before.previousElementSibling) {
      if (before.classList.contains('own')) return before.offsetHeight < innerHeight / 6 ? before : before.nextElementSibling;
    }
    return box; // after a reload only answers are left: the newest
  }

  let pressedAt = 0;

  function choiceButton(choice) {
    const button = make('button', 'choice', choice.label);
    button.type = 'button';
    button.addEventListener('click', () => {
      if (Date.now() - pressedAt < 500) return; // a second tap may hit what has scrolled under the finger
      pressedAt = Date.now();
      send({ press: choice.press }, choice.label);
    });
    return button;
  }

  const PHONE = new RegExp([
    '11[1345]',                                                   // emergencies, and 114 for fire
    '(?:\\+84|0)[ .\\u00a0-]?[35789](?:[ .\\u00a0-]?\\d){8}',     // mobile
    '(?:\\+84|0)[ .\\u00a0-]?2(?:[ .)\\u00a0-]{0,2}\\d){9}',      // landline, also "(024) 3825 1234"
    '1[89]00(?:[ .\\u00a0]?\\d){4,6}',
  ].map(each => '(?:' + each + ')').join('|'), 'g');
  const ARTICLE_BEFORE = /(?:điều|khoản|điểm|mục|mẫu|chương|luật|nghị định|thông tư)(?: số)?\s[\d\s,.và]*$/iu;
  const AMOUNT_AFTER = /^\s?(?:%|₫|đồng|nghìn|ngàn|triệu|tỷ|tháng|năm|tuổi)/iu;

  function addLinked(place, text) { // "Điều 113" and "115/2025" are law, not telephones
    let done = 0;
    text.replace(PHONE, (number, start) => {
      const before = text.slice(Math.max(0, start - 30), start), after = text.slice(start + number.length);
      if (/[\d+-]$|\d[.,]$/.test(before) || /^(?:\d|[.,-]\d)/.test(after)) return;
      if (/\/$/.test(before) && !/\b11\d\/$/.test(before) || /^\/(?!11\d\b)/.test(after)) return; // but "113/115"
      if (number.length === 3 && (ARTICLE_BEFORE.test(before) || AMOUNT_AFTER.test(after))) return;
      const link = make('a', '', number);
      link.href = 'tel:' + number.replace(/[^\d+]/g, '');
      place.append(text.slice(done, start), link);
      done = start + number.length;
    });
    place.append(text.slice(done));
  }

  // --- What the person does.

  function grow() {
    question.style.height = 'auto';
    question.style.height = question.scrollHeight + 2 + 'px'; // its border
    const long = question.value.length > LIMIT;
    if (long !== (question.getAttribute('aria-invalid') === 'true')) { // nothing that was typed is cut off silently
      question.setAttribute('aria-invalid', String(long));
      say(at('notice'), long ? words.too_long : '');
    }
    measure();
  }

  function measure() { // how much the bars hide, so that nothing is scrolled to behind them
    root.style.setProperty('--top', at('top').offsetHeight + 8 + 'px');
    root.style.setProperty('--bottom', at('form').offsetHeight + 8 + 'px');
  }

  at('form').addEventListener('submit', event => {
    event.preventDefault();
    const text = question.value.trim();
    question.focus();
    if (!text || question.value.length > LIMIT) return;
    question.value = '';
    if (!chat.offline) notice('');
    grow();
    send({ text }, text);
  });

  question.addEventListener('input', grow);
  question.addEventListener('keydown', event => {
    // While Telex or VNI is composing a letter, Enter belongs to the letter.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    at('form').dispatchEvent(new Event('submit', { cancelable: true }));
  });

  at('erase').addEventListener('click', () => {
    if (dialog.showModal) dialog.showModal();
    else if (confirm(at('dialog-title').textContent)) erase();
  });
  at('keep').addEventListener('click', () => dialog.close()); // the browser gives the focus back
  at('erase-all').addEventListener('click', () => { dialog.close(); erase(); });

  async function erase() {
    const mine = chat;
    mine.held = true; // nothing may reach the server after the erasing
    notice(words.erasing);
    await mine.flight;
    const status = await post(mine, 'chat/erase');
    if (mine.over) return;
    if (status >= 200 && status < 300) {
      end(mine);
      log.textContent = '';
      begin(randomHex(32), true); // no greeting: the person wants it empty
      notice(words.erased); // the focus stays on the button: in the field it would open the keyboard over this
      at('notice').scrollIntoView({ block: 'nearest' });
    } else {
      mine.held = false;
      notice(words.erase_failed);
    }
    wake(mine);
  }

  function leave() {
    if (chat.over) return;
    end(chat);
    remember('s', '');
    document.body.textContent = ''; // the next page may take long to come
    // Nobody can read it any more, so the server need not keep it either. Not waited for.
    fetch('chat/erase', { method: 'POST', headers: { Authorization: 'Bearer ' + chat.token }, keepalive: true, credentials: 'omit' })
      .catch(() => {});
    if (window.top !== window) {
      try { window.top.location.replace(NEUTRAL_PAGE); return; } catch (refused) { /* the portal forbids it */ }
    }
    location.replace(window.top === window ? NEUTRAL_PAGE : 'about:blank');
  }

  at('exit').addEventListener('click', leave);
  let escapedAt = 0;
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.repeat) return;
    if (Date.now() - escapedAt < 1500) leave();
    escapedAt = Date.now();
  });

  at('size').addEventListener('click', () => resize({ '': 'larger', larger: 'largest', largest: '' }[root.className]));

  function resize(size) {
    root.className = size;
    remember('s', size);
    grow();
  }

  ['wheel', 'touchmove'].forEach(kind => addEventListener(kind, () => { follow = false; }, { passive: true }));
  addEventListener('resize', measure);
  addEventListener('online', () => wake(chat));
  addEventListener('offline', () => setOffline(chat, true));
  document.addEventListener('visibilitychange', () => { // a phone that slept: do not wait for the timers
    if (document.hidden) return;
    if (Date.now() - chat.heardAt > 20000) chat.calls.forEach(controller => controller.abort());
    wake(chat);
  });

  resize(remembered('s') || '');
  begin(remembered('t') || randomHex(32), false);
})();
