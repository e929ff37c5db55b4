import type { MetaFunction } from '@remix-run/node';
import { Link } from '@remix-run/react';
import { pageTitle } from '#app/components/frame.ts';
import { PageHeader } from '#app/components/page-header.tsx';

export const meta: MetaFunction = () => [{ title: pageTitle('Conditions d’utilisation') }];

export default function Conditions() {
  return (
    <article className="prose">
      <PageHeader
        title="Conditions d’utilisation"
        lead="Ce que vous pouvez attendre de ce site, et ce qu’il attend de vous."
      />
      <h2>Pour tous</h2>
      <ul>
        <li>La recherche, les fiches et la prise de rendez-vous sont gratuites et sans compte.</li>
        <li>
          Les informations viennent des lieux eux-mêmes et de fichiers publics. Nous faisons relire les changements
          sensibles, mais une erreur reste possible : en cas de doute, téléphonez avant de vous déplacer.
        </li>
        <li>L’aide que vous recevez dans un lieu relève de ce lieu, non de ce site.</li>
        <li>Si vous ne pouvez pas venir à un rendez-vous, annulez-le : quelqu’un d’autre en a besoin.</li>
        <li>Le site peut être arrêté quelques instants pour être entretenu.</li>
      </ul>
      <h2>Pour les responsables de fiche</h2>
      <ul>
        <li>Vous parlez au nom de la structure à laquelle votre compte est rattaché.</li>
        <li>Vous écrivez ce qui est vrai, utile au public, et que vous avez le droit de publier.</li>
        <li>Pas de nom ni de coordonnées d’une personne privée dans les textes publics.</li>
        <li>
          Ce que vous publiez devient une donnée ouverte : chacun peut la reprendre, y compris à des fins commerciales,
          en citant sa source.
        </li>
        <li>
          Les rendez-vous pris chez vous ne servent qu’à recevoir les personnes. Vous en gardez la confidentialité.
        </li>
        <li>Votre lien de connexion est personnel : ne le transférez pas.</li>
      </ul>
      <h2>Pour les modérateurs et les animateurs</h2>
      <ul>
        <li>Chaque décision est motivée, et gardée au journal avec votre nom.</li>
        <li>Vous agissez seulement dans votre territoire, et dans l’intérêt du public.</li>
      </ul>
      <h2>Ce que nous pouvons refuser</h2>
      <p>
        Une modification fausse, publicitaire ou illicite est refusée, avec la raison. Un compte qui en abuse peut être
        fermé, une fiche trompeuse masquée. Vous pouvez contester : <Link to="/aide#contact">écrivez-nous</Link>.
      </p>
      <h2>Réutilisation des données</h2>
      <p>
        Les <Link to="/donnees">données ouvertes</Link> se réutilisent selon la licence indiquée sur leur page. Citez la
        source et la date, et ne laissez pas croire que nous approuvons ce que vous en faites.
      </p>
    </article>
  );
}
