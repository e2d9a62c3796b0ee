"""temporary"""
async def onboard(by, *, number="0001234"):
    return None
