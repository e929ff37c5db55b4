import { useNavigate } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import type { CartePage } from './carte-data.ts';
import { type Bbox, formatFiltres, type Point } from './filters.ts';
import { markersLocally, openLocally } from './local-search.ts';
import { createMapView, type MapFailure, type MapView } from './map-view.ts';

interface CarteMapProps {
  page: CartePage;
  basemap: 'ign' | 'locale';
  pointed: Point | null;
}

/** The map beside the list. Without JavaScript nothing is there: the list says the same. */
export function CarteMap({ page, basemap, pointed }: CarteMapProps) {
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<MapView | null>(null);
  const current = useRef(page);
  /** Boxes that the map itself has put in the address since it was last sent somewhere: they are where it is, or has been. */
  const ownBoxes = useRef(new Set<string>());
  const [failure, setFailure] = useState<MapFailure | null>(null);
  const navigate = useNavigate();
  const go = useRef(navigate);

  useEffect(() => {
    current.current = page;
    go.current = navigate;
  }, [page, navigate]);

  // The map is made when it is first seen: on a phone only if it is asked for.
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    let state: 'waiting' | 'making' | 'removed' = 'waiting';
    const observer = new ResizeObserver(() => {
      if (state !== 'waiting' || element.clientWidth === 0 || element.clientHeight === 0) return;
      state = 'making';
      void make();
    });
    observer.observe(element);

    const onMove = (bbox: Bbox) => {
      const params = formatFiltres({ ...current.current.filtres, bbox, page: 1 });
      ownBoxes.current.add(params.get('bbox') ?? '');
      go.current(`/carte?${params}`, { replace: true, preventScrollReset: true });
    };

    async function make(): Promise<void> {
      if (!element) return;
      const opening = openLocally(current.current);
      const made = await createMapView({
        container: element,
        vue: current.current.vue,
        basemap,
        listMarkers: (box) => opening.then(() => markersLocally(current.current, box)),
        open: (href) => go.current(href),
        onMove,
        onFailure: setFailure,
      }).catch((): null => {
        setFailure('dessin');
        return null;
      });
      if (state === 'removed') made?.remove();
      else view.current = made;
    }

    return () => {
      state = 'removed';
      observer.disconnect();
      view.current?.remove();
      view.current = null;
    };
  }, [basemap]);

  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    if (!ownBoxes.current.has(formatFiltres(page.filtres).get('bbox') ?? '')) {
      ownBoxes.current.clear();
      shown.show(page.vue, { exactly: page.filtres.bbox !== null });
    }
    // A new snapshot, other filters: what is drawn may be other lieux.
    openLocally(page).then(
      () => shown.refresh(),
      () => setFailure('lieux'),
    );
  }, [page]);

  useEffect(() => view.current?.point(pointed), [pointed]);

  return (
    <section className="carte-map" aria-label="Carte des lieux">
      <div className="carte-map-canvas" ref={container} />
      {failure ? (
        <p className="carte-map-failure" role="status">
          {FAILURES[failure]}
        </p>
      ) : null}
    </section>
  );
}

const FAILURES: Record<MapFailure, string> = {
  dessin: 'Votre navigateur ne peut pas dessiner la carte. La liste montre les mêmes lieux.',
  lieux:
    'Les lieux n’ont pas pu être placés sur la carte. Vérifiez votre connexion, puis rechargez la page. La liste reste à jour.',
};
