"""Texts as they come from elsewhere."""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin: 0cm}</style></head>
<body lang=DA style='tab-interval:65.2pt'><!--StartFragment--><p class=MsoNormal style='margin-bottom:8pt'><b
style='mso-bidi-font-weight:normal'><span style='font-size:18.0pt;color:red'>Vi står sammen<o:p></o:p></span></b></p>
<table border=1><tr><td><p class=MsoNormal>Ring {politi}</p></td></tr></table><!--EndFragment--></body></html>"""
