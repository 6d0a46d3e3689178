/** Changing what an element holds without touching what stays, so that a selection or a scroll in it stays as well. */

/** Make `nodes` the children of `parent`. Those that are there already and keep their order are not moved. */
export function reconcile(parent: Node, nodes: readonly Node[]): void {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}
