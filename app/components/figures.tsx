import type { ReactNode } from 'react';

/**
 * Plain drawings for the guides: what a screen looks like, in a few strokes. They show nothing that the text around does
 * not say, so they are silent for screen readers.
 */
export function ListAndMapFigure() {
  return (
    <Figure caption="La liste et la carte montrent les mêmes lieux.">
      <rect className="fig-sheet" x="1" y="1" width="358" height="178" rx="8" />
      {[18, 70, 122].map((y) => (
        <g key={y}>
          <rect className="fig-line-strong" x="18" y={y} width="92" height="8" rx="4" />
          <rect className="fig-line" x="18" y={y + 15} width="120" height="6" rx="3" />
          <circle className="fig-warm" cx="22" cy={y + 31} r="4" />
          <rect className="fig-line" x="32" y={y + 28} width="60" height="6" rx="3" />
        </g>
      ))}
      <path className="fig-ground" d="M160 1h191a8 8 0 0 1 8 8v162a8 8 0 0 1-8 8H160Z" />
      <path className="fig-road" d="M160 120c60-20 90 30 199-10M230 1c-10 60 40 110 20 178" />
      <Pin x={214} y={74} />
      <Pin x={282} y={112} />
      <Pin x={318} y={60} />
    </Figure>
  );
}

export function SignInFigure() {
  return (
    <Figure caption="Votre adresse, un courriel, un bouton : vous êtes connecté.">
      <rect className="fig-sheet" x="1" y="40" width="96" height="100" rx="8" />
      <rect className="fig-line" x="14" y="60" width="56" height="6" rx="3" />
      <rect className="fig-field" x="14" y="74" width="70" height="18" rx="4" />
      <rect className="fig-ink" x="14" y="104" width="50" height="18" rx="4" />
      <path className="fig-arrow" d="M106 90h18m-6-6 6 6-6 6" />
      <rect className="fig-sheet" x="132" y="50" width="96" height="80" rx="8" />
      <path className="fig-arrow" d="m134 54 46 38 46-38" />
      <path className="fig-arrow" d="M237 90h18m-6-6 6 6-6 6" />
      <rect className="fig-sheet" x="263" y="40" width="96" height="100" rx="8" />
      <rect className="fig-line-strong" x="278" y="62" width="66" height="8" rx="4" />
      <rect className="fig-ink" x="278" y="86" width="66" height="22" rx="4" />
    </Figure>
  );
}

export function SectionsFigure() {
  return (
    <Figure caption="À gauche, les parties de la fiche. À droite, celle que vous changez.">
      <rect className="fig-sheet" x="1" y="1" width="358" height="178" rx="8" />
      {[18, 42, 66, 90, 114, 138].map((y) => (
        <rect
          key={y}
          className={y === 66 ? 'fig-ink' : 'fig-line'}
          x="18"
          y={y}
          width={y === 66 ? 80 : 70}
          height="9"
          rx="4"
        />
      ))}
      <path className="fig-arrow" d="M116 1v178" />
      <rect className="fig-line-strong" x="136" y="20" width="110" height="9" rx="4" />
      {[46, 70, 94].map((y, index) => (
        <g key={y}>
          <rect className="fig-line" x="136" y={y + 4} width="34" height="6" rx="3" />
          <rect className="fig-field" x="186" y={y} width="66" height="16" rx="4" />
          {index === 1 ? null : <rect className="fig-field" x="262" y={y} width="66" height="16" rx="4" />}
        </g>
      ))}
      <rect className="fig-ink" x="136" y="136" width="84" height="22" rx="4" />
    </Figure>
  );
}

export function BeforeAfterFigure() {
  return (
    <Figure caption="Chaque champ, avant et après, avec sa décision.">
      {[14, 70, 126].map((y, index) => (
        <g key={y}>
          <rect className="fig-sheet" x="1" y={y - 6} width="358" height="46" rx="8" />
          <rect className="fig-line-strong" x="16" y={y + 12} width="56" height="8" rx="4" />
          <rect className="fig-line" x="92" y={y + 13} width="70" height="6" rx="3" />
          <path className="fig-arrow" d={`M172 ${y + 16}h14m-5-5 5 5-5 5`} />
          <rect className="fig-mark" x="196" y={y + 8} width="76" height="16" rx="4" />
          {index === 1 ? (
            <path className="fig-arrow" d={`m318 ${y + 10} 12 12m0-12-12 12`} />
          ) : (
            <path className="fig-check" d={`m316 ${y + 17} 6 6 11-13`} />
          )}
        </g>
      ))}
    </Figure>
  );
}

export function ReportFigure() {
  return (
    <Figure caption="Le compte rendu de l’import : une ligne par chose à savoir.">
      <rect className="fig-sheet" x="1" y="1" width="358" height="178" rx="8" />
      <path className="fig-ground" d="M9 1h342a8 8 0 0 1 8 8v27H1V9a8 8 0 0 1 8-8Z" />
      {[18, 84, 170, 270].map((x) => (
        <rect key={x} className="fig-line-strong" x={x} y="15" width="44" height="7" rx="3" />
      ))}
      {[52, 84, 116, 148].map((y, index) => (
        <g key={y}>
          <rect className="fig-line" x="18" y={y} width="22" height="6" rx="3" />
          <rect className="fig-line" x="84" y={y} width="58" height="6" rx="3" />
          <rect className={index === 2 ? 'fig-warm' : 'fig-mark'} x="170" y={y - 4} width="62" height="14" rx="7" />
          <rect className="fig-line" x="270" y={y} width="72" height="6" rx="3" />
        </g>
      ))}
    </Figure>
  );
}

function Figure({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <figure className="figure">
      <svg viewBox="0 0 360 180" width="360" height="180" aria-hidden="true" focusable="false">
        {children}
      </svg>
      <figcaption className="small muted">{caption}</figcaption>
    </figure>
  );
}

function Pin({ x, y }: { x: number; y: number }) {
  return <path className="fig-ink" d={`M${x} ${y}c-9 0-15 7-15 14 0 10 15 20 15 20s15-10 15-20c0-7-6-14-15-14Z`} />;
}
