/** A selection that outlives the nodes it was made in: kept by what the nodes stand for, and made again in others. */

interface End {
  readonly key: string;
  readonly offset: number;
}

/** Where each key stands, and the other way round. */
export type Keyed = ReadonlyMap<string, HTMLElement>;

/** Note what is selected in `pieces` of a shadow tree. The function returned selects the same in other pieces. */
export function keepSelection(root: Node, pieces: Keyed): (pieces: Keyed) => void {
  const selection = document.getSelection();
  const range = selection && composedRange(selection, root);
  const start = range && endIn(pieces, range.startContainer, range.startOffset);
  const end = range && endIn(pieces, range.endContainer, range.endOffset);
  if (!selection || !start || !end || (start.key === end.key && start.offset === end.offset))
    return () => undefined;
  return (successors) => {
    const [from, to] = [start, end].map(({ key, offset }) => pointIn(successors.get(key), offset));
    if (from && to) selection.setBaseAndExtent(...from, ...to);
  };
}

function composedRange(selection: Selection, root: Node): StaticRange | undefined {
  const tree = root.getRootNode();
  // Older browsers do not tell what is selected in a shadow tree: there it is not kept.
  if (!(tree instanceof ShadowRoot) || typeof selection.getComposedRanges !== "function") return undefined;
  return selection.getComposedRanges({ shadowRoots: [tree] })[0];
}

function endIn(pieces: Keyed, node: Node, offset: number): End | undefined {
  for (const [key, piece] of pieces) if (piece.contains(node) && node instanceof Text) return { key, offset };
  return undefined;
}

function pointIn(piece: HTMLElement | undefined, offset: number): [Node, number] | undefined {
  const text = piece?.firstChild;
  return text instanceof Text ? [text, Math.min(offset, text.length)] : undefined;
}
