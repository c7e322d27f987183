"""Style and script of a report's page."""

from __future__ import annotations

import json

from labelduck.charts import COLOURS

CSS = """
*{box-sizing:border-box}
body{margin:0;background:var(--ld-paper);color:var(--ld-ink);
font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 24px 40px}
h1{font-size:26px;line-height:1.25;margin:0 0 8px}
h2{font-size:19px;line-height:1.3;margin:40px 0 6px;padding-top:14px;border-top:1px solid var(--ld-grid)}
p{margin:6px 0 10px;max-width:46em}
code{font:0.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
a{color:var(--ld-c0)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:12px 0;font-size:13px}
dt{color:var(--ld-muted)}
dd{margin:0;overflow-wrap:anywhere}
nav ol{margin:14px 0 0;padding-left:22px;font-size:14px;columns:2;column-gap:28px}
figure{margin:14px 0 18px}
.still svg{display:block}
.narrow{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;width:100%;font-variant-numeric:tabular-nums}
caption{caption-side:bottom;text-align:left;color:var(--ld-muted);padding-top:6px}
th{text-align:left;font-weight:600;color:var(--ld-muted);border-bottom:1.5px solid var(--ld-grid);vertical-align:bottom}
th[title]{cursor:help}
th,td{padding:5px 12px 5px 0}
td{border-bottom:1px solid var(--ld-grid);vertical-align:top}
td.s{white-space:nowrap}
td.w{min-width:220px;overflow-wrap:anywhere}
th.n,td.n{text-align:right}
td.n{white-space:nowrap}
tr{break-inside:avoid}
.note,.none,footer{color:var(--ld-muted);font-size:13px}
details{margin-top:8px;font-size:13px;color:var(--ld-muted)}
.live,.still{overflow:hidden;max-width:880px}
pre{overflow-x:auto;white-space:pre-wrap;font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{margin-top:44px;border-top:1px solid var(--ld-grid);padding-top:10px}
.is-live .live+script+.still,.is-live .live+script+.still+.still{display:none}
.live{display:none;min-width:0}
.is-live .live{display:block}
@media (max-width:600px){main{padding:18px 14px 32px}td.w{min-width:340px}nav ol{columns:1}.wide{display:none}.narrow{display:block}
.is-live .live{display:none}.is-live .live+script+.still+.narrow{display:block}}
@media print{
@page{size:A4;margin:16mm 14mm}
body{font-size:12px}
main{max-width:none;padding:0}
.scroll{overflow:visible}
table{font-size:10px}
th,td{padding:3px 8px 3px 0}
td.w{min-width:190px}
nav,details{display:none}
h2,h2+p{break-after:avoid;break-inside:avoid}
footer{margin-top:14px;break-before:avoid}
h2{margin-top:26px}
figure,svg{break-inside:avoid}
.wide{display:block}.narrow{display:none}
.is-live .live,.live{display:none}
.is-live .live+script+.still.wide{display:block}
thead{display:table-header-group}
}
"""


def script() -> str:
    """Return the script that draws the page's charts in the reader's theme, again where that or the width changes."""
    pairs = json.dumps(
        [[COLOURS["light"][role], COLOURS["dark"][role]] for role in COLOURS["light"] if role != "on"]
    )
    return (
        _SCRIPT.replace("PAIRS", pairs)
        .replace("ON_LIGHT", COLOURS["light"]["on"])
        .replace("ON_DARK", COLOURS["dark"]["on"])
    )


# White is written on full colours alone; on the dark page these are light, and the page's own colour is read on them.
_SCRIPT = """
(function(){
var dark=matchMedia('(prefers-color-scheme:dark)'),pairs=PAIRS,root=document.documentElement;
function rgb(h){return [1,3,5].map(function(i){return parseInt(h.substr(i,2),16)}).join(',')}
function themed(text){
if(!dark.matches)return text;
text=text.split('ON_LIGHT').join('#\\u0000');
pairs.forEach(function(p,i){text=text.split(p[0]).join('#\\u0001'+i+';').split('rgba('+rgb(p[0])+',').join('rgba(\\u0002'+i+';')});
pairs.forEach(function(p,i){text=text.split('#\\u0001'+i+';').join(p[1]).split('rgba(\\u0002'+i+';').join('rgba('+rgb(p[1])+',')});
return text.split('#\\u0000').join('ON_DARK')}
function draw(){
root.classList.add('is-live');
document.querySelectorAll('.live').forEach(function(at){
var figure=JSON.parse(themed(at.nextElementSibling.textContent));
Plotly.react(at,figure.data,figure.layout,{responsive:true,displaylogo:false,displayModeBar:false})})}
draw();[dark,matchMedia('(max-width:600px)')].forEach(function(m){m.addEventListener('change',draw)})})();
"""
