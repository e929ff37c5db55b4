import type { LngLatBoundsLike, Map as MapLibreMap, Marker as MapLibreMarker } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-csp-worker.js?url';
import { formatCount } from '#app/components/format.ts';
import { ignStyle, localStyle } from './basemap.ts';
import type { Bbox, Point } from './filters.ts';
import type { Marker } from './local-search.ts';

/** The map itself, apart from React: it draws the markers it is given and says when it has been moved. */
export interface MapView {
  /** Moves without saying so; not at all where it is there already. A view that is not exact gets a margin. */
  show(vue: Bbox, options: { exactly: boolean }): void;
  /** Draws anew, after the filters or the snapshot have changed. */
  refresh(): void;
  /** Points at one lieu of the list; null for none. */
  point(point: Point | null): void;
  remove(): void;
}

export interface MapViewOptions {
  container: HTMLElement;
  vue: Bbox;
  basemap: 'ign' | 'locale';
  listMarkers: (view: { bbox: Bbox; zoom: number }) => Promise<Marker[]>;
  /** Opens a lieu's page within this page's own navigation. */
  open: (href: string) => void;
  onMove: (bbox: Bbox) => void;
  onFailure: (failure: MapFailure) => void;
}

/** `dessin`: this browser cannot draw maps. `lieux`: the lieux could not be read. */
export type MapFailure = 'dessin' | 'lieux';

const MAX_ZOOM = 18;
const WORDS = {
  'AttributionControl.ToggleAttribution': 'Afficher ou masquer les sources de la carte',
  'Map.Title': 'Carte',
  'NavigationControl.ZoomIn': 'Agrandir la carte',
  'NavigationControl.ZoomOut': 'Réduire la carte',
  'Popup.Close': 'Fermer',
};

/** Loads MapLibre (once) and draws. Markers are buttons, so that they can be reached from the keyboard and have a name. */
export async function createMapView(options: MapViewOptions): Promise<MapView | null> {
  if (!canDraw()) {
    options.onFailure('dessin');
    return null;
  }
  const { default: maplibre } = await import('maplibre-gl/dist/maplibre-gl-csp.js');
  maplibre.setWorkerUrl(workerUrl);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = new maplibre.Map({
    container: options.container,
    style: await firstStyle(options),
    bounds: boundsOf(options.vue),
    fitBoundsOptions: { padding: PADDING },
    maxZoom: MAX_ZOOM,
    attributionControl: { compact: true },
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: still ? 0 : 200,
    locale: WORDS,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right');
  if (options.basemap === 'ign') fallBackWithoutNetwork(map, options.container);

  const drawn = new Map<string, MapLibreMarker>();
  const popup = new maplibre.Popup({ maxWidth: '20rem', offset: 14 });
  const pointer = new maplibre.Marker({ element: element('div', 'carte-pointeur') });
  let asked = 0;

  const draw = async () => {
    const turn = ++asked;
    const markers = await options.listMarkers({ bbox: bboxOf(map), zoom: map.getZoom() }).catch((): null => null);
    if (turn !== asked) return;
    if (markers === null) return options.onFailure('lieux');
    const wanted = new Map(markers.map((marker) => [keyOf(marker), marker]));
    for (const [key, marker] of drawn) {
      if (wanted.has(key)) continue;
      marker.remove();
      drawn.delete(key);
    }
    for (const [key, marker] of wanted) {
      if (drawn.has(key)) continue;
      const button = markerButton(marker, () => (marker.lieux.length > 0 ? openPopup(marker) : zoomInto(marker)));
      drawn.set(
        key,
        new maplibre.Marker({ element: button }).setLngLat([marker.longitude, marker.latitude]).addTo(map),
      );
    }
  };

  const openPopup = (marker: Marker) => {
    popup.setLngLat([marker.longitude, marker.latitude]).setDOMContent(popupContent(marker, options.open)).addTo(map);
  };

  const zoomInto = ({ longitude, latitude, expansionZoom }: Marker) => {
    map.easeTo(
      { center: [longitude, latitude], zoom: Math.min(MAX_ZOOM, expansionZoom ?? map.getZoom() + 2), animate: !still },
      BY_HAND,
    );
  };

  map.on('moveend', (event) => {
    void draw();
    if ('originalEvent' in event && event.originalEvent) options.onMove(bboxOf(map));
  });
  map.on('resize', () => void draw());
  // The first markers do not wait for the base map.
  void draw();

  return {
    show(vue, { exactly }) {
      if (isShown(map, vue)) return;
      popup.remove();
      map.fitBounds(boundsOf(vue), { padding: exactly ? 0 : PADDING, animate: !still, duration: 400 });
    },
    refresh: () => void draw(),
    point(point) {
      if (point) pointer.setLngLat([point.longitude, point.latitude]).addTo(map);
      else pointer.remove();
    },
    remove: () => map.remove(),
  };
}

const PADDING = 24;
/** Moves of a marker's button are the reader's own, like those of the hand. */
const BY_HAND = { originalEvent: true };

function canDraw(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

async function firstStyle({ basemap, container }: MapViewOptions) {
  if (basemap === 'ign') {
    const style = await ignStyle().catch((): null => null);
    if (style) return style;
  }
  return localStyle(coloursOf(container));
}

/** The first tile that cannot be had, before any has come, means that the network or the service is away. */
function fallBackWithoutNetwork(map: MapLibreMap, container: HTMLElement): void {
  let settled = false;
  map.on('sourcedata', (event) => {
    if (event.sourceId === 'plan_ign' && event.tile) settled = true;
  });
  map.on('error', () => {
    if (settled) return;
    settled = true;
    void localStyle(coloursOf(container)).then((style) => map.setStyle(style));
  });
}

function coloursOf(container: HTMLElement) {
  const style = getComputedStyle(container);
  const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    sea: token('--sunk', '#f4f0e8'),
    land: token('--raised', '#ffffff'),
    line: token('--line', '#ddd6c8'),
    text: token('--text', '#1c2130'),
  };
}

function boundsOf({ west, south, east, north }: Bbox): LngLatBoundsLike {
  return [west, south, west > east ? east + 360 : east, north];
}

/** Rounded to a metre, between -180 and 180. */
function bboxOf(map: MapLibreMap): Bbox {
  const bounds = map.getBounds();
  const round = (value: number) => Math.round(value * 1e5) / 1e5;
  const turn = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;
  const whole = bounds.getEast() - bounds.getWest() >= 360;
  return {
    west: whole ? -180 : round(turn(bounds.getWest())),
    south: round(Math.max(-90, bounds.getSouth())),
    east: whole ? 180 : round(turn(bounds.getEast())),
    north: round(Math.min(90, bounds.getNorth())),
  };
}

/** To a thousandth of what is shown: a box that came from this map is not a reason to move. */
function isShown(map: MapLibreMap, vue: Bbox): boolean {
  const shown = bboxOf(map);
  const tolerance = Math.max(1e-4, Math.abs(shown.north - shown.south) / 1000);
  return (['west', 'south', 'east', 'north'] as const).every((side) => Math.abs(shown[side] - vue[side]) < tolerance);
}

function keyOf({ longitude, latitude, count, lieux }: Marker): string {
  return `${longitude} ${latitude} ${count} ${lieux.map(({ cle, nom, ouverture }) => `${cle} ${nom} ${ouverture.sentence}`).join('|')}`;
}

function markerButton({ count, lieux }: Marker, onClick: () => void): HTMLButtonElement {
  const [first] = lieux;
  const button = element(
    'button',
    first ? 'carte-point' : `carte-amas carte-amas-${count < 10 ? 's' : count < 100 ? 'm' : 'l'}`,
  );
  button.type = 'button';
  // A stop has another shape than a lieu, and says in its name when it is there.
  if (first && lieux.every(({ passage }) => passage)) button.classList.add('carte-point-passage');
  if (first && lieux.some(({ ouverture }) => ouverture.state === 'ouvert')) button.classList.add('carte-point-ouvert');
  const several = formatCount(count, 'lieu', 'lieux');
  if (count > 1) button.append(element('span', '', shortCount(count)));
  button.setAttribute(
    'aria-label',
    !first ? `${several} ici. Agrandir la carte` : lieux.length > 1 ? `${several} à cette adresse` : nameOf(first),
  );
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    onClick();
  });
  return button;
}

function nameOf({ nom, passage, ouverture }: Marker['lieux'][number]): string {
  return passage ? `${nom}, ${passage.nom} : ${ouverture.sentence}` : nom;
}

function popupContent({ lieux }: Marker, open: (href: string) => void): HTMLElement {
  const list = element('ul', 'carte-bulle');
  for (const { nom, href, passage, commune, code_postal, approximatif, ouverture } of lieux) {
    const link = element('a', '', nom);
    link.href = href;
    link.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(href);
    });
    const item = element('li', '');
    item.append(
      link,
      element(
        'p',
        'muted small',
        [
          ...[passage?.nom, passage?.adresse, [code_postal, commune].filter(Boolean).join(' ')],
          approximatif && 'position approximative',
        ]
          .filter(Boolean)
          .join(', '),
      ),
      element('p', 'small', [ouverture.sentence, ouverture.note].filter(Boolean).join(' : ')),
    );
    list.append(item);
  }
  return list;
}

/** `1,2 k` from a thousand on, so that the number fits its disc; the whole number is in its name. */
function shortCount(count: number): string {
  if (count < 1000) return String(count);
  return `${new Intl.NumberFormat('fr-FR', { maximumFractionDigits: count < 10_000 ? 1 : 0 }).format(count / 1000)}\u202fk`;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text?: string,
): HTMLElementTagNameMap[Name] {
  const created = document.createElement(name);
  if (className !== '') created.className = className;
  if (text !== undefined) created.textContent = text;
  return created;
}
