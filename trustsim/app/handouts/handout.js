(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("handout").textContent);
  const one = selector => document.querySelector(selector);
  const all = selector => Array.from(document.querySelectorAll(selector));
  let index = data.index, chosen = 0, bet = "", playing = 0;

  const base = data.digits.length;
  const number = (text, from, length) => {
    let value = 0;
    for (let i = from; i < from + length; i++)
      value = value * base + data.digits.indexOf(text[i]);
    return value;
  };
  const place = (text, from, length) => {
    if (length === 1) return number(text, from, 1);
    if (length === 2) return number(text, from, 2) - data.one * base + data.one;
    return number(text, from, 3) - data.two * base * base + data.one + (data.two - data.one) * base;
  };
  const unpacked = text => {
    let whole = "";
    for (let i = 0; i < text.length;) {
      const part = text[i] === "!";
      i += part ? 1 : 0;
      const first = number(text, i, 1);
      const length = first < data.one ? 1 : first < data.two ? 2 : 3;
      const piece = data.pieces[place(text, i, length)];
      i += length;
      whole += part ? piece.slice(0, number(text, i, 3)) : piece;
      i += part ? 3 : 0;
    }
    return whole;
  };
  const draw = (where, packed) => { where.innerHTML = unpacked(packed); };

  const showMonth = () => {
    all(".player .twin").forEach((twin, number) => {
      const life = data.lives[data.cases[chosen].lives[number]];
      const frame = life[Math.min(index, life.length - 1)];
      ["network", "timeline", "now"].forEach((name, nth) =>
        draw(twin.querySelector("." + name), frame[nth]));
    });
    const month = data.months[index];
    const slider = one(".transport input");
    slider.value = index;
    slider.setAttribute("aria-valuetext", "month " + month);
    one(".transport .value").textContent = month;
    all(".address").forEach(where => {
      where.textContent = data.cases[chosen].address + "&month=" + month;
    });
  };
  const showAnswer = () => {
    if (!bet) return;
    const now = data.cases[chosen];
    draw(one(".fates .squares"), now.hundred);
    draw(one(".fates .answer"), now["bet " + bet]);
    draw(one(".fates .results"), now.results);
    one(".fates").hidden = false;
    one(".before-bet").hidden = true;
  };
  const press = (name, value) => all("[data-" + name + "]").forEach(button =>
    button.setAttribute("aria-pressed", String(value(button))));

  const stop = () => {
    clearInterval(playing);
    playing = 0;
    one("[data-go=play]").textContent = "Play";
  };
  const stand = where => {
    index = Math.max(0, Math.min(where, data.months.length - 1));
    showMonth();
  };
  const go = {
    start: () => stand(0),
    back: () => stand(index - 1),
    next: () => stand(index + 1),
    end: () => stand(data.months.length - 1),
  };
  const play = () => {
    if (playing) { stop(); return; }
    one("[data-go=play]").textContent = "Pause";
    playing = setInterval(() => {
      stand(index + 1);
      if (index === data.months.length - 1) stop();
    }, data.beat);
  };
  const pull = number => {
    chosen = number;
    const values = data.cases[chosen].values;
    press("case", button => button.dataset.lever
      ? values[button.dataset.lever] === button.dataset.value
      : Number(button.dataset.case) === chosen);
    showMonth();
    showAnswer();
  };
  const betOn = option => {
    bet = option;
    press("bet", button => button.dataset.bet === bet);
    showAnswer();
  };

  document.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.go === "play") play();
    else if (button.dataset.go) { stop(); go[button.dataset.go](); }
    else if (button.dataset.bet) betOn(button.dataset.bet);
    else if (button.dataset.case) pull(Number(button.dataset.case));
  });
  one(".transport input").addEventListener("input", event => {
    stop();
    stand(Number(event.target.value));
  });
  showMonth();
  // Only now, so that whoever has an older browser keeps the still pictures.
  document.documentElement.classList.add("alive");
})();
