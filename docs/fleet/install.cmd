@echo off
rem install.cmd SHARE SHA256: brings iis-ssl-heal.exe from the folder SHARE and registers its task. For SYSTEM or an administrator.
rem SHA256 is what iis-ssl-heal.exe.sha256 begins with. It may run at every start: what is right already is not touched.
rem Ends with 0, with 2 (usage), with 1 where the file could not be brought or is another one, or as schedule install does.
setlocal EnableExtensions DisableDelayedExpansion

rem A 32-bit process sees another Program Files and another System32: start again in the 64-bit cmd.
if not exist "%SystemRoot%\Sysnative\cmd.exe" goto :native
"%SystemRoot%\Sysnative\cmd.exe" /d /c call "%~f0" "%~1" "%~2"
exit /b %ERRORLEVEL%

:native
set "CERTUTIL=%SystemRoot%\System32\certutil.exe"
set "HERE=%ProgramFiles%\iis-ssl-heal"
set "EXE=%HERE%\iis-ssl-heal.exe"
if "%~2"=="" goto :usage

if not exist "%HERE%\" mkdir "%HERE%"
if not exist "%HERE%\" goto :failed
call :hash "%EXE%"
if /i "%FOUND%"=="%~2" goto :task

rem Compared where only administrators can write, not on the share.
copy /y /b "%~1\iis-ssl-heal.exe" "%HERE%\new.exe" >nul
if not exist "%HERE%\new.exe" goto :failed
call :hash "%HERE%\new.exe"
if /i not "%FOUND%"=="%~2" goto :another

rem A program that runs cannot be written over, but it can be renamed: the task ends with the old file, and begins with the new one.
del /q "%HERE%\old-*.exe" 2>nul
set "OLD=%HERE%\old-%RANDOM%.exe"
if exist "%EXE%" move "%EXE%" "%OLD%" >nul
if exist "%EXE%" goto :failed
move "%HERE%\new.exe" "%EXE%" >nul
if exist "%EXE%" goto :task
move "%OLD%" "%EXE%" >nul
goto :failed

:task
"%EXE%" schedule install
exit /b %ERRORLEVEL%

:another
del /q "%HERE%\new.exe"
echo "%~1\iis-ssl-heal.exe" has another SHA-256 than %~2: it was not installed.
exit /b 1

:failed
echo iis-ssl-heal.exe could not be brought to "%HERE%".
exit /b 1

:usage
echo Usage: install.cmd SHARE SHA256
exit /b 2

rem The second line of certutil's answer is the hash in every language; before Windows 10 there are spaces between its bytes.
:hash
set "FOUND="
if not exist "%~1" exit /b 0
for /f "usebackq skip=1 delims=" %%H in (`""%CERTUTIL%" -hashfile "%~1" SHA256"`) do if not defined FOUND set "FOUND=%%H"
if defined FOUND set "FOUND=%FOUND: =%"
exit /b 0
