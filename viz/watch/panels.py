"""Watch's panels: each a picture with its text equivalent behind it."""

from collections.abc import Callable, Sequence

import solara

from ceasefire.viz.page.parts import said
from ceasefire.viz.watch import network as watch_network
from ceasefire.viz.watch import parliament as watch_parliament
from ceasefire.viz.watch.balance import balance_svg, balance_table, scale_of, text_html
from ceasefire.viz.watch.quantities import pictures_of
from ceasefire.viz.watch.series import caption, now_html, series_svg, series_table
from ceasefire.viz.watch.words import certificate_html, log_html, turned_html, week_html
from ceasefire.viz.worlds.moment import Moment


@solara.component_vue("../page/picture.vue")
def Shown(  # noqa: N802  # components are named like classes
    title: str,
    drawn: str,
    under: str,
    summary: str,
    table: str,
    wide_open: bool,
    place: str,
    unfold: bool,
    event_opened: Callable[[bool], None],
) -> None:
    """Show a picture that is redrawn, with a drawer behind it that stays as it is."""


@solara.component
def Picture(  # noqa: N802
    title: str,
    drawn: str,
    table: Callable[[], str],
    under: str = "",
    summary: str = "As a table",
    place: str = "",
    unfold: bool = False,
) -> None:
    """Show a picture; its text equivalent is written only while its drawer is open."""
    opened, set_opened = solara.use_state(False)
    Shown(
        title=title,
        drawn=drawn,
        under=under,
        summary=summary,
        table=table() if opened else "",
        wide_open=opened,
        place=place,
        unfold=unfold,
        event_opened=lambda wanted: set_opened(bool(wanted)),
    )


@solara.component
def Balance(  # noqa: N802
    moment: Moment, moments: Sequence[Moment], order: tuple[int, int] = (0, 1)
) -> None:
    """Show the text on the table, both sides' balances, and the certificate."""
    scale = solara.use_memo(lambda: scale_of(tuple(moments)), [moments])
    bars = "".join(f"<div>{balance_svg(moment, s, scale)}</div>" for s in order)
    Picture(
        "The text on the table, and what each side makes of it",
        f'{text_html(moment)}<div class="both">{bars}</div>',
        lambda: balance_table(moment) + turned_html(moment),
        certificate_html(moment),
        place="area-balance",
    )


@solara.component
def Arc(moment: Moment, order: tuple[int, int] = (0, 1)) -> None:  # noqa: N802
    """Show both sides' parliaments; a sentence stands for a side without one."""
    with_seats = [s for s in order if moment.sides[s].majority > 0]
    # A side without a parliament is named in the picture of the other, or in a sentence.
    drawn = "".join(
        f'<div class="wide">{watch_parliament.parliament_svg(moment, s)}</div>'
        f'<div class="small">{watch_parliament.parliament_svg(moment, s, small=True)}'
        f"{watch_parliament.parties_html(moment, s)}</div>"
        for s in with_seats or order
    )
    Picture(
        "Parliament: seats behind the government",
        drawn,
        lambda: "".join(watch_parliament.parliament_table(moment, s) for s in with_seats),
        watch_parliament.legend_html() if with_seats else "",
        place="area-arc",
    )


@solara.component
def Network(moment: Moment) -> None:  # noqa: N802
    """Show the influence network."""
    Picture(
        "The actors, and what they do to each other",
        f'<div class="wide">{watch_network.network_svg(moment)}</div>'
        f'<div class="small">{watch_network.network_svg(moment, small=True)}</div>',
        lambda: watch_network.network_table(moment),
        watch_network.legend_html(),
        "As a list",
        "area-network",
        unfold=True,
    )


@solara.component
def Series(moments: Sequence[Moment], moment: Moment) -> None:  # noqa: N802
    """Show the four series in a row, each beside what is on record."""
    pictures = solara.use_memo(
        lambda: [
            (one.name, one.title, series_svg(moments, one.name)) for one in pictures_of(moment)
        ],
        [moments],
    )
    # Only here, not on the whole page: whoever inherits a place is styled anew when it changes.
    war = moment.case.records["war"]
    end = max(0.0, (moment.week + float(war["step"][0])) / float(war["horizon"][0]))
    with solara.Div(classes=["area-series"], style=f"--end:{end:.5f}"):
        for name, title, drawn in pictures:
            Picture(
                title,
                drawn,
                lambda name=name: series_table(moments, name),
                now_html(moments, moment, name),
                "Sources",
            )
        said(caption(moment), "quiet", "caption")


@solara.component
def Log(moments: Sequence[Moment], at: int) -> None:  # noqa: N802
    """Show what else happened in the week, and the whole log in a drawer."""
    Picture(
        "This week",
        week_html(moments[at]),
        lambda: log_html(moments, at),
        summary="The log so far, in plain words",
        place="area-log",
    )
