/** Moving about in a picture: wheel with Ctrl, pinch, double click, and dragging it with the mouse. */

export interface GestureActions {
  /** Zoom by a factor about a point of the viewport. */
  zoomBy(factor: number, x: number, y: number): void;
  /** Look closer at a point of the viewport, or at the whole again. */
  toggleZoom(x: number, y: number): void;
  /** Move what is seen, in CSS pixels. */
  panBy(x: number, y: number): void;
}

/** How much of a wheel's step doubles the size. */
const WHEEL_PX = 200;
const MIDDLE_BUTTON = 1;

/** Watch a viewport for good. */
export function watchGestures(viewport: HTMLElement, actions: GestureActions): void {
  const at = ({ clientX, clientY }: { clientX: number; clientY: number }): [number, number] => {
    const box = viewport.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  };
  viewport.addEventListener(
    "wheel",
    (event) => {
      // Browsers report a pinch on a track pad as a wheel with Ctrl held.
      if (!event.ctrlKey) return;
      event.preventDefault();
      actions.zoomBy(Math.exp(-event.deltaY / WHEEL_PX), ...at(event));
    },
    { passive: false },
  );
  viewport.addEventListener("dblclick", (event) => {
    if (isText(event.target)) return; // selects the word
    event.preventDefault();
    actions.toggleZoom(...at(event));
  });
  watchPinch(viewport, actions, at);
  watchDrag(viewport, actions);
}

/** Two fingers: the browser would scale the whole page. One finger scrolls, as everywhere. */
function watchPinch(
  viewport: HTMLElement,
  actions: GestureActions,
  at: (point: { clientX: number; clientY: number }) => [number, number],
): void {
  let before: { distance: number; x: number; y: number } | null = null;
  const pinchOf = ({ touches }: TouchEvent): typeof before => {
    const [a, b] = touches;
    if (!a || !b || touches.length !== 2) return null;
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    const [x, y] = at(middle);
    return { distance: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)), x, y };
  };
  const follow = (event: TouchEvent): void => {
    const now = pinchOf(event);
    if (now && before) {
      actions.panBy(before.x - now.x, before.y - now.y);
      actions.zoomBy(now.distance / before.distance, now.x, now.y);
    }
    if (now) event.preventDefault();
    before = now;
  };
  const options = { passive: false } as const;
  viewport.addEventListener("touchstart", (event) => follow(event), options);
  viewport.addEventListener("touchmove", (event) => follow(event), options);
  for (const end of ["touchend", "touchcancel"] as const)
    viewport.addEventListener(end, () => (before = null));
}

function watchDrag(viewport: HTMLElement, actions: GestureActions): void {
  viewport.addEventListener("pointerdown", (event) => {
    const isMiddle = event.button === MIDDLE_BUTTON;
    if (event.pointerType === "touch" || (event.button !== 0 && !isMiddle)) return;
    if ((!isMiddle && isText(event.target)) || !overflows(viewport)) return;
    const { pointerId } = event;
    viewport.setPointerCapture(pointerId);
    viewport.classList.add("dragged");
    const move = (moved: PointerEvent): void => actions.panBy(-moved.movementX, -moved.movementY);
    const end = (): void => {
      viewport.classList.remove("dragged");
      viewport.removeEventListener("pointermove", move);
    };
    viewport.addEventListener("pointermove", move);
    viewport.addEventListener("lostpointercapture", end, { once: true });
    event.preventDefault();
    viewport.focus({ preventScroll: true });
  });
}

function overflows({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollWidth > clientWidth || scrollHeight > clientHeight;
}

function isText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".text-layer span") !== null;
}
