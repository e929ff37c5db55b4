/** What a route may ask of the frame around it, as its `handle`. */
export interface PageHandle {
  /**
   * `page` (the default): header, padded column, footer. `full`: edge to edge between header and footer. `map`: edge to
   * edge below the header, no footer. `bare`: nothing around, for what is framed by other sites.
   */
  layout: 'page' | 'full' | 'map' | 'bare';
}

/** `Aide · Lieu à jour`. */
export function pageTitle(title: string): string {
  return `${title} · Lieu à jour`;
}

/** The layout that the innermost route with a wish has asked for. */
export function layoutOf(handles: readonly unknown[]): PageHandle['layout'] {
  return handles.filter(isPageHandle).at(-1)?.layout ?? 'page';
}

function isPageHandle(handle: unknown): handle is PageHandle {
  return typeof handle === 'object' && handle !== null && 'layout' in handle;
}
